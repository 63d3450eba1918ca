"""What each page shows, computed: templates arrange it and decide nothing."""

from app.views.conversation import (
    AskView,
    Contents,
    ConversationView,
    HomeView,
    ask_view,
    conversation_view,
    home_view,
)
from app.views.error import ErrorView, LoginView, error_view, login_view
from app.views.library import LibraryView, Search, Shelf, library_view
from app.views.note import NoteView, Reading, note_view
from app.views.shell import Section, ShellView, Surroundings, shell_view
from app.views.sync import Syncing, SyncView, sync_view
from app.views.turn import TurnRecord, TurnView, turn_view

__all__ = [
    "AskView",
    "Contents",
    "ConversationView",
    "ErrorView",
    "HomeView",
    "LibraryView",
    "LoginView",
    "NoteView",
    "Reading",
    "Search",
    "Section",
    "Shelf",
    "ShellView",
    "Surroundings",
    "SyncView",
    "Syncing",
    "TurnRecord",
    "TurnView",
    "ask_view",
    "conversation_view",
    "error_view",
    "home_view",
    "library_view",
    "login_view",
    "note_view",
    "shell_view",
    "sync_view",
    "turn_view",
]
