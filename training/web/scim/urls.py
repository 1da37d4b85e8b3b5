"""Where SCIM is served: below /scim/v2/."""

from __future__ import annotations

from django.urls import path

from training.web.scim import discovery, views

app_name = "scim"
urlpatterns = [
    path("ServiceProviderConfig", discovery.ConfigView.as_view(), name="config"),
    path("ResourceTypes", discovery.ResourceTypesView.as_view(), name="resource_types"),
    path("ResourceTypes/<str:key>", discovery.ResourceTypesView.as_view(), name="resource_type"),
    path("Schemas", discovery.SchemasView.as_view(), name="schemas"),
    path("Schemas/<str:key>", discovery.SchemasView.as_view(), name="schema"),
    path("Users", views.UsersView.as_view(), name="users"),
    path("Users/.search", views.SearchView.as_view(among="users", reads=("users:read",)), name="search_users"),
    path("Users/<uuid:key>", views.UserView.as_view(), name="user"),
    path("Groups", views.GroupsView.as_view(), name="groups"),
    path("Groups/.search", views.SearchView.as_view(among="groups", reads=("groups:read",)), name="search_groups"),
    path("Groups/<uuid:key>", views.GroupView.as_view(), name="group"),
    path(".search", views.SearchView.as_view(reads=("users:read", "groups:read")), name="search"),
    path("Bulk", views.NotServedView.as_view(), name="bulk"),
    path("Me", views.NotServedView.as_view(), name="me"),
    path("", discovery.NothingView.as_view(), name="root"),
    path("<path:rest>", discovery.NothingView.as_view(), name="nothing"),
]
