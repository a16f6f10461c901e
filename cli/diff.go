package cli

import (
	"fmt"
	"io"
	"slices"

	config "github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
)

// showDiff prints what would change, a line a field.
func (c *change) showDiff() {
	d := diff{w: c.out, colour: c.Terminal}
	for _, x := range c.Changes() {
		d.row(x)
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

func (d *diff) row(x config.Change) {
	key := x.Table + db.Config.Separator() + x.Key
	for _, f := range x.Was {
		if !slices.Contains(x.Now, f) {
			d.line('-', key, f)
		}
	}
	for _, f := range x.Set() {
		d.line('+', key, f)
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
