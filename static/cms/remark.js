/* Marking again goes on by itself while the page is open; without this file the button does it. */
const form = document.querySelector("form[data-goes-on]");
if (form) {
    window.setTimeout(() => form.requestSubmit(), 300);
}
