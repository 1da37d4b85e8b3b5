// Lets a PDF be dropped on the form, and says at once when it is too large. Without this script the form does its work.
(() => {
    "use strict";
    const form = document.getElementById("pdf-check");
    const said = document.getElementById("pdf-check-said");
    const field = form && form.querySelector("input[type=file]");
    if (!field || !said) return;
    const limit = Number(form.dataset.limit);

    function say(words) {
        said.textContent = words;
    }

    function fits() {
        const file = field.files[0];
        const large = Boolean(file) && file.size > limit;
        say(large ? form.dataset.tooLarge : "");
        return !large;
    }

    // A file let go beside the form would otherwise be opened in place of the page.
    for (const kind of ["dragover", "drop"]) {
        window.addEventListener(kind, (event) => event.preventDefault());
    }
    let over = 0;
    form.addEventListener("dragenter", () => {
        over += 1;
        form.classList.add("pt-drop-over");
    });
    form.addEventListener("dragleave", () => {
        over -= 1;
        if (over <= 0) form.classList.remove("pt-drop-over");
    });
    form.addEventListener("drop", (event) => {
        over = 0;
        form.classList.remove("pt-drop-over");
        const files = event.dataTransfer ? event.dataTransfer.files : [];
        if (files.length !== 1) {
            say(form.dataset.oneOnly);
            return;
        }
        field.files = files;
        if (fits()) form.requestSubmit();
    });
    field.addEventListener("change", fits);
    form.addEventListener("submit", (event) => {
        if (!fits()) event.preventDefault();
    });
    form.classList.add("pt-drop-ready");
    const hint = document.getElementById("pdf-check-hint");
    if (hint) hint.hidden = false;
})();
