// Refreshes the preview of a certificate's design while somebody types. Without this script its button does that.
(() => {
    "use strict";
    const form = document.getElementById("design-form");
    const button = document.getElementById("design-refresh");
    if (!form || !button) return;
    let waiting = 0;

    function refresh(after) {
        window.clearTimeout(waiting);
        waiting = window.setTimeout(() => form.requestSubmit(button), after);
    }

    form.addEventListener("input", () => refresh(900));
    form.addEventListener("change", () => refresh(200));
    form.addEventListener("submit", () => window.clearTimeout(waiting));
})();
