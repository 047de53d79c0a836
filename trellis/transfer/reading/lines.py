"""The lines of a text file, never more of them in memory than one row needs, however broken the file is."""

from collections import deque
from typing import TextIO

# Longer than any row of cells that would be kept; the rest of such a line is passed over.
LONGEST_LINE = 1 << 22


class Tape:
    """Lines that can be read once more from the second line of the last row on.

    A quotation mark that never closes would swallow the rest of a file. Told to go back, the tape gives up the line it
    stands in and no other.
    """

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.row: list[str] = []
        self.again: deque[str] = deque()
        self.was_cut = False

    def __iter__(self) -> "Tape":
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else self.text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            self.pass_over()
        self.row.append(line)
        return line

    def pass_over(self) -> None:
        self.was_cut = True
        while (rest := self.text.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
            pass

    def start_row(self) -> None:
        self.row.clear()
        self.was_cut = False

    def go_back(self) -> None:
        """All lines of this row but its first will be read again."""
        self.again.extendleft(reversed(self.row[1:]))
        del self.row[1:]
