package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// showDiff prints what would change, a line a field.
func (c *change) showDiff() {
	d := diff{w: c.out, colour: c.Terminal}
	keys := maps.Clone(c.was)
	maps.Copy(keys, c.now)
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		d.row(k, c.was[k], c.now[k])
	}
	if d.lines == 0 {
		fmt.Fprintln(c.out, "No changes.")
	}
}

type diff struct {
	w      io.Writer
	colour bool
	lines  int
}

func (d *diff) row(key string, was, now []db.Field) {
	for _, f := range was {
		if v, ok := value(now, f.Name); !ok || v != f.Value {
			d.line('-', key, f)
		}
	}
	for _, f := range now {
		if v, ok := value(was, f.Name); !ok || v != f.Value {
			d.line('+', key, f)
		}
	}
}

// The colours of lines that go and come.
const (
	red   = "\x1b[31m"
	green = "\x1b[32m"
	plain = "\x1b[0m"
)

func (d *diff) line(sign byte, key string, f db.Field) {
	d.lines++
	text := fmt.Sprintf("%c %s", sign, key)
	if f.Name != "NULL" {
		text += " " + f.Name + "=" + f.Value
	}
	if d.colour {
		text = map[byte]string{'-': red, '+': green}[sign] + text + plain
	}
	fmt.Fprintln(d.w, text)
}
