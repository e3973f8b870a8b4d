"""The recruiters' pages. Each subject's module lists its own addresses."""

from django.urls import path

from pinlever.web import home, menu

urlpatterns = [
    path("", home.home, name="home"),
    path("menu-foot/", menu.foot, name="menu-foot"),
]
