"""What can be wrong with a file or a row of an import. See `foundation.remedies`.

The page names row, column, value and cure; `ROWS` are told in the words with which checking begins its sentences.
"""

from pinlever.foundation.remedies import Action, Cause, Chapter

CORRECT = Action("correct_file", "Download the rows to correct")
CHOOSE = Action("choose_file", "Choose another file")
FILES: tuple[Cause, ...] = (
    Cause(
        "file_refused",
        "The file cannot be read",
        "It is no CSV file, too large, empty, has no header, or its rows do not fit it; the sentence says which.",
        "Save it as CSV UTF-8 with the template's header, and choose it again.",
        CHOOSE,
    ),
    Cause(
        "file_replaced",
        "Another file was chosen meanwhile",
        "The check belongs to a file that was replaced in another window.",
        "Go on with the newer file, or choose this one again.",
        CHOOSE,
    ),
)


def _row(code: str, title: str, means: str, cure: str) -> Cause:
    return Cause(f"row_{code}", title, means, cure, CORRECT)


ROWS: tuple[Cause, ...] = (
    _row("nobody", "The row does not say who it is", "It has neither a name nor a key.",
         "Give a name, an email address, a LinkedIn URL or a Lever profile."),
    _row("too_many_cells", "The row has more cells than the header", "Text that holds the separator is unmarked.",
         "Put quotation marks around text that holds the separator, or remove what is too much."),
    _row("ends_early", "The row ends early and holds line breaks", "It may have swallowed the rows after it.",
         "Look for a quotation mark in this row that is not closed."),
    _row("cell_too_long", "The cell has too many characters", "It holds more than is read of one cell.",
         "Shorten it, or close the quotation mark before it."),
    _row("unreadable", "The cell has characters that cannot be read", "The file was saved in another encoding.",
         "Write them again and save the file as CSV UTF-8."),
    _row("line_too_long", "More characters than fit", "The value is longer than the field.", "Shorten it."),
    _row("email", "This is not an email address", "No mail could be sent there.",
         "Write it as name@example.com; put commas between several."),
    _row("rounded_phone", "A spreadsheet has rounded this phone number", "Its last digits are lost.",
         "Format the column as text, write the number again and save."),
    _row("phone", "This is not a phone number", "It cannot be dialled.",
         "Write it with its country code, such as +1 415 555 2671."),
    _row("linkedin", "This is no LinkedIn profile", "The link leads to something else, or to a search of one's own.",
         "Open the person's own profile and copy its address."),
    _row("lever_profile", "This is no Lever profile", "It is neither the profile's id nor a link to one.",
         "Give the profile's id, or its link with the whole id."),
    _row("two_dates", "This date can be read in two ways", "Day and month may be meant either way.",
         "Write year, month, day: 2026-01-31."),
    _row("date", "This is not a date", "It cannot be read as one.", "Write year, month, day: 2026-01-31."),
    _row("future", "This date is to come", "Nobody was sourced in the future.",
         "Give the day on which the person was sourced."),
    _row("number", "This is not a number", "A score is a number.", "Write the score as a number, such as 87 or 4.5."),
    _row("too_many_values", "The cell has too many values", "Fewer are read of one cell.",
         "Leave only those that are needed."),
    _row("worker_dies", "Workers die on the row", "Several workers ended without any result while they worked on it.",
         "Tell a super admin; the row is in the file of rows to correct."),
    _row("fault", "This person could not be added because of a fault in PinLever", "The log holds the trace.",
         "Tell a super admin; the row is in the file of rows to correct."),
)  # fmt: skip
# How checking's own sentences begin or go on, where they differ from the title.
BEGINS = {
    "row_worker_dies": "Workers died ",
    "row_too_many_cells": "The row has ",
    "row_cell_too_long": "The cell has  characters;",
    "row_line_too_long": " characters, at most ",
    "row_too_many_values": "The cell has  values;",
}
CHAPTERS = (
    Chapter("Imports: files", "Told where the file is chosen. Nothing was imported.", FILES),
    Chapter(
        "Imports: rows",
        "Told for the row, with column and value. The other rows are imported; these come back in a file to correct.",
        ROWS,
    ),
)
