// Looks every few seconds how far an import is; without it, the page's link does.
(() => {
  const EVERY = 4000;
  const look = async () => {
    try {
      const answer = await fetch(window.location.href, { headers: { "X-Look": "1" }, redirect: "manual" });
      if (answer.status !== 200) {
        window.location.reload();
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const shown = document.getElementById("roster-progress");
      const now = page.getElementById("roster-progress");
      if (shown && now && shown.textContent !== now.textContent) {
        shown.replaceChildren(...now.childNodes);
      }
      if (page.querySelector("main form") && !document.querySelector("main form")) {
        window.location.reload();
        return;
      }
    } catch {
      // No network for a moment: the next look asks again.
    }
    window.setTimeout(look, EVERY);
  };
  window.setTimeout(look, EVERY);
})();
