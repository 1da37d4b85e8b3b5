// Puts things into order by buttons. Without this script each has a list of places to choose from; these are what is sent.
(() => {
    "use strict";

    function button(words, item, act) {
        const made = document.createElement("button");
        made.type = "button";
        made.className = "btn btn-outline-secondary pt-order-move";
        made.textContent = words;
        const of = document.createElement("span");
        of.className = "visually-hidden";
        of.textContent = `: ${item.querySelector(".pt-order-text").textContent.trim()}`;
        made.append(of);
        made.addEventListener("click", act);
        return made;
    }

    function set(order) {
        const list = order.querySelector("ol");
        const said = order.querySelector("[data-said]");
        const items = () => [...list.children];
        const place = (item) => item.querySelector("select");
        const given = () => items().every((item) => place(item).value !== "");

        // Whatever was chosen so far stands in its order; what has no place yet comes last.
        const chosen = (item) => Number(place(item).value) || list.children.length + 1;
        list.append(...items().sort((a, b) => chosen(a) - chosen(b)));

        const so = document.createElement("button");
        const hint = document.createElement("p");

        function show() {
            order.classList.toggle("pt-order-given", given());
            so.hidden = hint.hidden = given();
            items().forEach((item, at) => {
                const [up, down] = item.querySelectorAll(".pt-order-move");
                up.setAttribute("aria-disabled", String(at === 0));
                down.setAttribute("aria-disabled", String(at === list.children.length - 1));
            });
        }

        function keep() {
            items().forEach((item, at) => {
                place(item).value = String(at + 1);
            });
            show();
            list.dispatchEvent(new Event("change", { bubbles: true }));
        }

        function move(item, by) {
            const at = items().indexOf(item);
            const neighbour = list.children[at + by];
            if (!neighbour) return;
            // The neighbour moves, not the item: its button keeps the focus.
            if (by < 0) item.after(neighbour);
            else item.before(neighbour);
            keep();
            said.textContent = order.dataset.moved
                .replace("{item}", item.querySelector(".pt-order-text").textContent.trim())
                .replace("{place}", String(items().indexOf(item) + 1))
                .replace("{all}", String(list.children.length));
        }

        for (const item of items()) {
            item.querySelector(".pt-order-place").hidden = true;
            const moves = document.createElement("div");
            moves.className = "pt-order-moves";
            moves.append(
                button(order.dataset.up, item, () => move(item, -1)),
                button(order.dataset.down, item, () => move(item, 1)),
            );
            item.append(moves);
        }
        so.type = "button";
        so.className = "btn btn-outline-primary pt-order-so";
        so.textContent = order.dataset.so;
        so.addEventListener("click", () => {
            const first = list.querySelector(".pt-order-move");
            keep();
            first.focus();
        });
        hint.className = "pt-hint";
        hint.textContent = order.dataset.hint;
        order.previousElementSibling.replaceWith(hint);
        list.after(so);
        order.classList.add("pt-order-live");
        show();
    }

    document.querySelectorAll("[data-order]").forEach(set);
})();
