"""Pictures in questions: frozen by their SHA-256, without what a camera wrote into them, refused where they say nothing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.images import ImageFile
from PIL import Image as Pillow
from wagtail.images.models import Image

from cms.pages import ModulePage
from cms.pictures import Pictures
from cms.questions import Question
from training.catalogue.images import image_path
from training.catalogue.models import FrozenImage
from training.errors import Invalid


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(*, size: tuple[int, int] = (40, 30), format: str = "JPEG") -> Image:
    """A picture with a place in its EXIF data."""
    exif = Pillow.Exif()
    exif[0x010E] = "SECRET PLACE"
    data = BytesIO()
    Pillow.new("RGB", size, "teal").save(data, format, exif=exif)
    return Image.objects.create(title="図", file=ImageFile(BytesIO(data.getvalue()), name=f"p.{format.lower()}"))


def embed(image: Image | int, alt: str = "宛先の欄の図") -> str:
    key = image if isinstance(image, int) else image.pk
    return f'<p>見て。</p><embed embedtype="image" id="{key}" format="fullwidth" alt="{alt}"/>'


@pytest.fixture
def question(module: ModulePage) -> Question:
    return Question.objects.get(label="lesson-1")


def test_a_picture_is_frozen_with_its_module_and_carries_no_place(module: ModulePage, question: Question) -> None:
    question.stem = embed(picture())
    question.save_revision().publish()
    module.save_revision().publish()

    frozen = FrozenImage.objects.get()
    version = module.latest_version()
    assert version.content["images"] == [frozen.sha256]
    stem = version.pool.get(position=0).question_version.content["stem"]
    assert f'<img src="sha256:{frozen.sha256}" alt="宛先の欄の図">' in stem
    assert b"SECRET PLACE" not in image_path(frozen.sha256).read_bytes()
    assert (frozen.width, frozen.height) == (40, 30)


def test_publishing_again_makes_no_new_version(module: ModulePage, question: Question) -> None:
    question.stem = embed(picture())
    question.save_revision().publish()
    module.save_revision().publish()
    before = module.latest_version()

    ModulePage.objects.get(pk=module.pk).save_revision().publish()

    assert module.latest_version() == before


def test_a_large_photograph_is_made_smaller(db: None) -> None:
    pictures = Pictures()
    pictures.html(embed(picture(size=(5000, 3000))))

    (image,) = pictures.images
    with Pillow.open(BytesIO(image.data)) as small:
        assert small.size == (1600, 960)
    assert pictures.faults() == []


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_picture_that_says_nothing_to_who_cannot_see_it_is_refused(question: Question, alt: str) -> None:
    question.stem = embed(picture(), alt)

    assert "代替テキストのない画像があります。見えない人にも伝わる説明を書いてください。" in question.faults()
    with pytest.raises(Invalid):
        question.save_revision().publish()


def test_a_picture_that_is_gone_is_said(question: Question) -> None:
    question.options[0].value["explanation"] = type(question.options[0].value["explanation"])(embed(9999))

    assert "画像の中身がありません。入れ直してください。" in question.faults()


def test_a_picture_whose_file_is_gone_is_said(question: Question) -> None:
    image = picture()
    Path(image.file.path).unlink()
    question.stem = embed(image)

    assert "画像の中身がありません。入れ直してください。" in question.faults()


def test_words_cannot_break_out_of_a_description(db: None) -> None:
    pictures = Pictures()
    html = pictures.html(embed(picture(), "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"))

    assert "<script" not in html
    assert html.count("<img") == 1


def test_a_film_is_no_picture(db: None) -> None:
    assert Pictures().html('<embed embedtype="media" url="https://example.org/v"/>') == ""


def test_the_preview_shows_a_picture_before_it_is_frozen(question: Question) -> None:
    image = picture()
    question.stem = embed(image)

    page = question.make_preview_request().content.decode()

    assert image.renditions.get().url in page
    assert "sha256:" not in page
