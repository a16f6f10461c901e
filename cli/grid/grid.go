// Package grid prints tables as SONiC's commands do, which is as Python's tabulate does in its styles `simple`, `grid` and `pretty`: programs and people
// find columns where they are used to find them. It also gives the same table as JSON.
package grid

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Table is a header and rows of as many cells. A cell may have several lines.
type Table struct {
	Header []string
	Rows   [][]string
	// Right aligns texts to the right. Columns of numbers are aligned so always, unless Text says that there are none.
	Right bool
	Text  bool
	// Grid draws lines between cells. Pretty is tabulate's style of this name with its cells to the left: lines around the header and the whole. Psql has the line below
	// the header joined to the others.
	Grid, Pretty, Psql bool
	// List makes JSON a list of objects. Else it is an object by the first column, as SONiC has it where it has JSON.
	List bool
	// Numbered says that the first column only counts the rows, or repeats what the second one says: JSON goes without it.
	Numbered bool
}

// padding is what a header's column is wider than the header, at least.
const padding = 2

// Write prints the table.
func (t *Table) Write(w io.Writer) error {
	l := t.layout()
	var b strings.Builder
	switch {
	case t.Grid:
		l.grid(&b, '=', true)
	case t.Pretty:
		l.grid(&b, '-', false)
	case t.Psql:
		l.psql(&b)
	default:
		l.simple(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// JSON prints the table as JSON.
func (t *Table) JSON(w io.Writer) error {
	if t.List {
		list := make([]map[string]string, len(t.Rows))
		for i, r := range t.Rows {
			list[i] = t.object(r, t.first())
		}
		return JSON(w, list)
	}
	return JSON(w, t.Objects())
}

// Objects are the rows by the first column, as JSON has them.
func (t *Table) Objects() map[string]map[string]string {
	byName := make(map[string]map[string]string, len(t.Rows))
	for _, r := range t.Rows {
		byName[r[t.first()]] = t.object(r, t.first()+1)
	}
	return byName
}

// JSON prints a value as Python's json.dumps with an indent of 4 and sorted keys.
func JSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "    ")
	return e.Encode(value)
}

// first is the first column that JSON has.
func (t *Table) first() int {
	if t.Numbered {
		return 1
	}
	return 0
}

func (t *Table) object(row []string, from int) map[string]string {
	o := make(map[string]string, len(row))
	for i := from; i < len(row); i++ {
		o[t.Header[i]] = row[i]
	}
	return o
}

// layout is a table with its cells cut into lines, and the columns measured.
type layout struct {
	header []string
	rows   [][][]string // row, column, line
	width  []int
	right  []bool
}

func (t *Table) layout() *layout {
	l := &layout{header: t.Header, width: make([]int, len(t.Header)), right: make([]bool, len(t.Header))}
	for c, h := range t.Header {
		l.width[c] = utf8.RuneCountInString(h)
		if !t.Pretty {
			l.width[c] += padding
			l.right[c] = t.Right || !t.Text && t.numbers(c)
		}
	}
	for _, r := range t.Rows {
		cells := make([][]string, len(r))
		for c, text := range r {
			cells[c] = strings.Split(strings.TrimSpace(text), "\n")
			for _, line := range cells[c] {
				l.width[c] = max(l.width[c], utf8.RuneCountInString(line))
			}
		}
		l.rows = append(l.rows, cells)
	}
	if !t.Right && len(t.Rows) == 0 {
		clear(l.right)
	}
	return l
}

// numbers tells whether a column holds nothing but numbers.
func (t *Table) numbers(column int) bool {
	for _, r := range t.Rows {
		if _, err := strconv.ParseFloat(r[column], 64); err != nil {
			return false
		}
	}
	return len(t.Rows) > 0
}

func (l *layout) simple(b *strings.Builder) {
	line := func(cells []string) {
		b.WriteString(strings.TrimRight(strings.Join(cells, "  "), " "))
		b.WriteByte('\n')
	}
	line(l.pad(l.header))
	line(l.rules('-', 0))
	for _, r := range l.rows {
		l.lines(r, func(cells []string) { line(l.pad(cells)) })
	}
}

func (l *layout) grid(b *strings.Builder, under byte, between bool) {
	rule := func(with byte) { b.WriteString("+" + strings.Join(l.rules(with, padding), "+") + "+\n") }
	line := func(cells []string) { b.WriteString("| " + strings.Join(l.pad(cells), " | ") + " |\n") }
	rule('-')
	line(l.header)
	rule(under)
	for i, r := range l.rows {
		if i > 0 && between {
			rule('-')
		}
		l.lines(r, line)
	}
	rule('-')
}

func (l *layout) psql(b *strings.Builder) {
	rule := func(end string) { b.WriteString(end + strings.Join(l.rules('-', padding), "+") + end + "\n") }
	line := func(cells []string) { b.WriteString("| " + strings.Join(l.pad(cells), " | ") + " |\n") }
	rule("+")
	line(l.header)
	rule("|")
	for _, r := range l.rows {
		l.lines(r, line)
	}
	rule("+")
}

// lines gives the lines of a row, each with as many cells as there are columns.
func (l *layout) lines(row [][]string, line func([]string)) {
	height := 1
	for _, cell := range row {
		height = max(height, len(cell))
	}
	for i := range height {
		cells := make([]string, len(l.header))
		for c, cell := range row {
			if i < len(cell) {
				cells[c] = cell[i]
			}
		}
		line(cells)
	}
}

func (l *layout) pad(cells []string) []string {
	out := make([]string, len(cells))
	for c, text := range cells {
		fill := strings.Repeat(" ", l.width[c]-utf8.RuneCountInString(text))
		if l.right[c] {
			out[c] = fill + text
		} else {
			out[c] = text + fill
		}
	}
	return out
}

func (l *layout) rules(with byte, wider int) []string {
	out := make([]string, len(l.width))
	for c, w := range l.width {
		out[c] = strings.Repeat(string(with), w+wider)
	}
	return out
}

// Plain prints the rows alone between two rules, as tabulate does without a header.
func (t *Table) Plain(w io.Writer) error {
	l := t.layout()
	for c := range l.width {
		l.width[c] = 0
		for _, r := range l.rows {
			for _, line := range r[c] {
				l.width[c] = max(l.width[c], utf8.RuneCountInString(line))
			}
		}
	}
	var b strings.Builder
	rule := strings.Join(l.rules('-', 0), "  ") + "\n"
	b.WriteString(rule)
	for _, r := range l.rows {
		l.lines(r, func(cells []string) { b.WriteString(strings.TrimRight(strings.Join(l.pad(cells), "  "), " ") + "\n") })
	}
	b.WriteString(rule)
	_, err := io.WriteString(w, b.String())
	return err
}
