// Keeps answers as they are given. Without this script the two buttons do the same.
(() => {
    "use strict";
    const paper = document.querySelector("form[data-autosave]");
    const status = document.getElementById("saved");
    if (!paper || !status) return;
    const url = new URL("save/", window.location.href);
    const leaving = new AbortController();
    let sending = false;
    let again = false;

    async function save() {
        if (leaving.signal.aborted) return;
        if (sending) {
            again = true;
            return;
        }
        sending = true;
        status.textContent = status.dataset.saving;
        try {
            const answer = await fetch(url, {
                method: "POST",
                body: new FormData(paper),
                credentials: "same-origin",
                redirect: "error",
                signal: leaving.signal,
            });
            if (answer.ok) {
                status.textContent = status.dataset.saved;
            } else {
                const body = await answer.json();
                status.textContent = body.reason;
            }
        } catch {
            if (leaving.signal.aborted) return;
            status.textContent = status.dataset.lost;
        }
        sending = false;
        if (again) {
            again = false;
            save();
        }
    }

    paper.addEventListener("change", save);
    paper.addEventListener("submit", () => {
        // The form carries every answer: one that is still under way would only arrive too late.
        leaving.abort();
        // A second click would only be told that the paper is handed in; spare the person the page.
        window.setTimeout(() => {
            for (const button of paper.querySelectorAll("button[type=submit]")) button.disabled = true;
        }, 0);
    });
    // Back button: the page may come from the browser's cache with buttons still off.
    window.addEventListener("pageshow", (event) => {
        if (event.persisted) window.location.reload();
        for (const button of paper.querySelectorAll("button[type=submit]")) button.disabled = false;
    });
})();
