// Shows calmly how long is left. The server says how many seconds; the computer's clock and calendar are not asked.
(() => {
    "use strict";
    const time = document.getElementById("time");
    const said = document.getElementById("time-said");
    const paper = document.querySelector("form[data-autosave]");
    if (!time || !said || !paper) return;
    const shown = time.querySelector(".pt-time-left");
    let left = Number(time.dataset.left);
    let since = performance.now();
    let before = Infinity;
    let over = false;

    const seconds = () => left - (performance.now() - since) / 1000;

    function tick() {
        const now = seconds();
        const words = now >= 60 ? time.dataset.some.replace("{n}", String(Math.floor(now / 60))) : time.dataset.last;
        if (shown.textContent !== words) shown.textContent = words;
        if (before > 300 && now <= 300 && now > 60) said.textContent = said.dataset.five;
        if (before > 60 && now <= 60 && now > 0) said.textContent = said.dataset.one;
        before = now;
        if (now <= -1 && !over) {
            over = true;
            said.textContent = shown.textContent = time.dataset.over;
            // The server decides: it marks what was saved, or shows the paper again if it knows better.
            window.location.replace(window.location.pathname);
        }
    }

    // Each answer kept brings the server's figure anew.
    paper.addEventListener("paper:left", (event) => {
        left = event.detail;
        since = performance.now();
        tick();
    });
    // While a computer sleeps nothing is counted here: ask.
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) paper.dispatchEvent(new Event("paper:ask"));
    });
    tick();
    window.setInterval(tick, 1000);
})();
