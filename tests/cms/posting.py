"""What a browser would send back for an edit form that was opened and left as it was, or changed in places."""

from __future__ import annotations

from typing import Any

from wagtail import blocks
from wagtail.blocks.base import BlockField


def form_of(instance: Any, *, user: Any, **changes: Any) -> dict[str, Any]:
    """The POST data of an object's admin form; ``changes`` are put over it by their names in the form."""
    kwargs = {"parent_page": instance.get_parent()} if hasattr(instance, "get_parent") else {}
    form_class = _handler(instance).get_form_class()
    form = form_class(instance=instance, for_user=user, **kwargs)
    data = _fields(form)
    for formset in form.formsets.values():
        data |= _fields(formset.management_form)
        for index, child in enumerate(formset.initial_forms):
            data |= _fields(child)
            data[f"{formset.prefix}-{index}-ORDER"] = str(index + 1)
            data[f"{formset.prefix}-{index}-DELETE"] = ""
    return {name: value for name, value in (data | changes).items() if value is not None}


def stream(block: blocks.Block, value: Any, prefix: str) -> dict[str, Any]:
    """A block's value as its form fields."""
    if isinstance(block, blocks.StreamBlock):
        data = {f"{prefix}-count": str(len(value))}
        for index, child in enumerate(value):
            at = f"{prefix}-{index}"
            data |= {
                f"{at}-type": child.block_type,
                f"{at}-id": child.id or "",
                f"{at}-order": str(index),
                f"{at}-deleted": "",
            }
            data |= stream(child.block, child.value, f"{at}-value")
        return data
    if isinstance(block, blocks.ListBlock):
        data = {f"{prefix}-count": str(len(value))}
        for index, item in enumerate(value):
            at = f"{prefix}-{index}"
            data |= {f"{at}-id": "", f"{at}-order": str(index), f"{at}-deleted": ""}
            data |= stream(block.child_block, item, f"{at}-value")
        return data
    if isinstance(block, blocks.StructBlock):
        data = {}
        for name, child in block.child_blocks.items():
            data |= stream(child, value[name], f"{prefix}-{name}")
        return data
    if isinstance(block, blocks.BooleanBlock):
        return {prefix: "on"} if value else {}
    if isinstance(block, blocks.RichTextBlock):
        return {prefix: block.field.widget.format_value(value.source)}
    return {prefix: value}


def _handler(instance: Any) -> Any:
    if hasattr(instance, "get_edit_handler"):
        return instance.get_edit_handler()
    return instance.snippet_viewset._edit_handler


def _fields(form: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        at = form.add_prefix(name)
        if isinstance(field, BlockField):
            data |= stream(field.block, form[name].value(), at)
            continue
        value = form[name].value()
        if hasattr(field.widget, "converter"):
            value = field.widget.format_value(value)
        data[at] = "" if value is None else value
    return data
