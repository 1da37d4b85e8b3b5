// Keeps answers as they are given. Without this script the two buttons do the same.
(() => {
    "use strict";
    const paper = document.querySelector("form[data-autosave]");
    const status = document.getElementById("saved");
    if (!paper || !status) return;
    const url = new URL("save/", window.location.href);
    const leaving = new AbortController();
    const WAIT = 800;
    const questions = [...paper.querySelectorAll("[data-question]")];
    // Only what was touched on this page is sent: another page, left open elsewhere, takes nothing back.
    const touched = new Set(questions.filter((one) => one.querySelector("[data-fault]") || one.matches("[data-fault]")));
    let waiting = new Set();
    let sending = false;
    let timer = 0;
    let signedOut = false;

    const fields = (question) => [...question.querySelectorAll("input, select, textarea")];

    function differs(field) {
        if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
        if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
        const first = [...field.options].findIndex((option) => option.defaultSelected);
        return field.selectedIndex !== Math.max(first, 0);
    }

    function keepOnly(data, wanted) {
        for (const question of questions) {
            if (wanted.has(question)) data.append("only", question.dataset.question);
            else for (const field of fields(question)) data.delete(field.name);
        }
        data.append("only", "");
    }

    function say(words, link) {
        status.textContent = words;
        if (!link) return;
        const anchor = document.createElement("a");
        anchor.href = link;
        anchor.textContent = status.dataset.goOn;
        if (signedOut) anchor.target = "_blank";
        status.append(" ", anchor);
    }

    function mark(question, mistakes) {
        for (const place of question.querySelectorAll("[data-error]")) {
            const words = mistakes[place.dataset.error] || "";
            place.textContent = words;
            place.parentElement.classList.toggle("pt-fault", words !== "");
            for (const field of place.parentElement.querySelectorAll("input, select")) {
                if (words) field.setAttribute("aria-invalid", "true");
                else field.removeAttribute("aria-invalid");
            }
        }
    }

    // Whoever signs in again elsewhere gets another token; this page takes it over.
    async function newToken() {
        const page = await fetch(window.location.pathname, { credentials: "same-origin", redirect: "error" });
        const found = new DOMParser().parseFromString(await page.text(), "text/html");
        const token = found.querySelector("#paper [name=csrfmiddlewaretoken]");
        if (!token) return false;
        paper.querySelector("[name=csrfmiddlewaretoken]").value = token.value;
        return true;
    }

    function send(wanted) {
        const data = new FormData(paper);
        data.delete("only");
        keepOnly(data, wanted);
        return fetch(url, {
            method: "POST",
            body: data,
            headers: { Accept: "application/json" },
            credentials: "same-origin",
            redirect: "error",
            signal: leaving.signal,
        });
    }

    async function save() {
        window.clearTimeout(timer);
        if (sending || leaving.signal.aborted) return;
        sending = true;
        const wanted = waiting;
        waiting = new Set();
        say(status.dataset.saving);
        try {
            let answer = await send(wanted);
            if (answer.status === 403 && (await newToken())) answer = await send(wanted);
            const body = await answer.json();
            signedOut = answer.status === 401;
            if (answer.ok) {
                for (const question of wanted) mark(question, body.mistakes || {});
                say(body.mistakes ? status.dataset.partly : status.dataset.saved);
                if ("left" in body) paper.dispatchEvent(new CustomEvent("paper:left", { detail: body.left }));
            } else {
                say(body.reason, body.link);
                if (signedOut) for (const question of wanted) waiting.add(question);
            }
        } catch {
            if (leaving.signal.aborted) return;
            for (const question of wanted) waiting.add(question);
            say(status.dataset.lost);
            timer = window.setTimeout(save, 10 * WAIT);
            sending = false;
            return;
        }
        sending = false;
        if (waiting.size && !signedOut) save();
    }

    function changed(event, wait) {
        const question = event.target.closest("[data-question]");
        if (!question) return;
        touched.add(question);
        waiting.add(question);
        // "Saved" was said of what stood there before; typed text waits a moment for more of it.
        if ([status.dataset.saved, status.dataset.partly].includes(status.textContent)) say(status.dataset.saving);
        window.clearTimeout(timer);
        timer = window.setTimeout(save, wait);
    }

    paper.addEventListener("change", (event) => changed(event, 0));
    paper.addEventListener("input", (event) => {
        if (event.target.matches("input[type=text]")) changed(event, WAIT);
    });
    paper.addEventListener("paper:ask", save);
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && signedOut) save();
        if (document.hidden && waiting.size) save();
    });
    paper.addEventListener("formdata", (event) => {
        if (!leaving.signal.aborted) return;
        for (const question of questions) if (fields(question).some(differs)) touched.add(question);
        keepOnly(event.formData, touched);
    });
    paper.addEventListener("submit", () => {
        // The form carries every answer: one that is still under way would only arrive too late.
        window.clearTimeout(timer);
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
