"""What this service can: its configuration, resource types and schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from scim2_models import Context, ForbiddenException, ListResponse, Meta, ResourceType, Schema

from training.people.scim_schema import CONFIG, PROVIDER
from training.web.scim.answers import answer
from training.web.scim.base import ScimView
from training.web.scim.resources import location

READ = Context.RESOURCE_QUERY_RESPONSE


class ConfigView(ScimView):
    """The service provider's configuration."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """It."""
        resource = CONFIG.model_copy(deep=True)
        resource.meta = Meta(resource_type="ServiceProviderConfig", location=request.build_absolute_uri(request.path))
        return answer(resource.model_dump(scim_ctx=READ))


class DescribedView(ScimView):
    """Descriptions, all of them or one."""

    http_method_names = ["get"]
    model: ClassVar[Any]
    kind: ClassVar[str]
    one: ClassVar[str]

    def all(self) -> Sequence[Any]:
        """All of them."""
        raise NotImplementedError

    def get(self, request: HttpRequest, key: str | None = None) -> HttpResponse:
        """All, or the one of this id; a filter is refused (RFC 7644, section 4)."""
        if "filter" in request.GET:
            raise ForbiddenException(detail="Descriptions are not filtered.")
        found = [self._placed(resource, request) for resource in self.all() if key in {None, resource.id}]
        if key is not None:
            if not found:
                raise Http404
            return answer(found[0].model_dump(scim_ctx=READ))
        page = ListResponse[self.model](  # type: ignore[name-defined]
            total_results=len(found), start_index=1, items_per_page=len(found), resources=found
        )
        return answer(page.model_dump(scim_ctx=READ))

    def _placed(self, resource: Any, request: HttpRequest) -> Any:
        placed = resource.model_copy(deep=True)
        placed.meta = Meta(resource_type=self.kind, location=location(request, self.one, placed.id))
        return placed


class ResourceTypesView(DescribedView):
    """User and Group."""

    model = ResourceType
    kind = "ResourceType"
    one = "resource_type"

    def all(self) -> Sequence[ResourceType]:
        """Both."""
        return PROVIDER.resource_types


class SchemasView(DescribedView):
    """The schemas of resources, extensions and descriptions."""

    model = Schema
    kind = "Schema"
    one = "schema"

    def all(self) -> Sequence[Schema]:
        """All of them."""
        return PROVIDER.schemas


class NothingView(ScimView):
    """An address that there is not."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """404, as SCIM has it."""
        raise Http404

    post = put = patch = delete = get
