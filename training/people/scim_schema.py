"""What identity providers may say of people and groups by SCIM (RFC 7643): what the roster needs, and no more.

Pure. Of the core schema only these attributes are published; any other that a provider sends (telephones, addresses,
pictures, passwords) is passed over, so that nothing is kept that nobody needs.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field
from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Mutability,
    Patch,
    Path,
    Reference,
    Required,
    Resource,
    ResourceType,
    Schema,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
    default_comparison_key,
)
from scim2_models import Group as _CoreGroup
from scim2_models import User as _CoreUser

MOST_RESULTS = 200
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class Name(ComplexAttribute):
    """A name in its parts."""

    formatted: str | None = None
    """The full name, formatted for display."""

    family_name: str | None = None
    """The family name."""

    given_name: str | None = None
    """The given name."""


class Email(ComplexAttribute):
    """An e-mail address."""

    value: str | None = None
    """The address."""

    type: str | None = Field(None, examples=["work", "home", "other"])
    """What the address is for."""

    primary: bool | None = None
    """Whether it is the one to write to."""


class GroupMembership(ComplexAttribute):
    """A group that a user is a member of."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    """The group's id."""

    ref: Annotated[Reference["Group"] | None, Mutability.read_only] = Field(  # noqa: UP037  (read as a name)
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """Where the group is."""

    display: Annotated[str | None, Mutability.read_only] = None
    """The group's name."""


class User(Resource[AnyExtension]):
    """A person, as an identity provider tells of one."""

    __schema__ = URN(str(_CoreUser.__schema__))

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    """The name under which the identity provider knows the person; unique, whatever its case."""

    name: Name | None = None
    """The person's name: family and given name in this order, where both are told."""

    Name: ClassVar[type[ComplexAttribute]] = Name

    display_name: str | None = None
    """The person's name where its parts are not told."""

    user_type: str | None = None
    """The employment type, in one of the words that staff lists use."""

    preferred_language: str | None = None
    """In which language the person is written to, such as ja or en-US."""

    active: bool | None = None
    """Whether the person works here; becoming false ends the employment on that day."""

    emails: list[Email] | None = None
    """The addresses; the primary one, or one for work, is written to."""

    Emails: ClassVar[type[ComplexAttribute]] = Email

    groups: Annotated[list[GroupMembership] | None, Mutability.read_only] = None
    """The groups that the user is a member of."""

    Groups: ClassVar[type[ComplexAttribute]] = GroupMembership


class Manager(ComplexAttribute):
    """Who a person's own manager is."""

    value: Annotated[str | None, Required.true, CaseExact.true] = None
    """The id of the manager's user."""

    ref: Reference["User"] | None = Field(  # type: ignore[type-arg]  # noqa: UP037
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """Where the manager's user is."""


class EnterpriseUser(Extension):
    """What makes a user somebody of the roster."""

    __schema__ = URN(ENTERPRISE)

    employee_number: str | None = None
    """The staff number, without which nobody is in the roster."""

    department: str | None = None
    """The department's path from the top, such as 営業本部/第一営業部/二課."""

    manager: Manager | None = None
    """The person's own manager."""


class GroupMember(ComplexAttribute):
    """A member of a group."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    """The id of the member's user."""

    ref: Annotated[Reference["User"] | None, Mutability.immutable] = Field(  # type: ignore[type-arg]  # noqa: UP037
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """Where the member's user is."""

    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User"])
    """Always a user."""


class Group(Resource[Any]):
    """A group; where its name is a department's path, its members hold a post in that department."""

    __schema__ = URN(str(_CoreGroup.__schema__))

    display_name: Annotated[str | None, Required.true, Uniqueness.server] = None
    """The group's name."""

    members: list[GroupMember] | None = None
    """The members."""

    Members: ClassVar[type[ComplexAttribute]] = GroupMember


Person = User[EnterpriseUser]

# As Entra ID and Okta write: attributes that we do not know, values with a removal, a filter that makes an entry.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)

CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST_RESULTS),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=True),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="Bearer token",
            description="A token that the privacy officer makes for each identity provider",
            primary=True,
        )
    ],
)

PROVIDER = ScimProvider(
    models=[User, EnterpriseUser, Group, Schema, ResourceType, ServiceProviderConfig],
    resource_types=[ResourceType.from_resource(Person), ResourceType.from_resource(Group)],
    config=CONFIG,
    policy=POLICY,
)


def name_key(name: str) -> str:
    """A user's name as names are compared: whatever its case."""
    return default_comparison_key(Path[User[Any]]("userName").resolve(), name)
