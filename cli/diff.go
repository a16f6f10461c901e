package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	config "github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
)

// rehearse prints what would change: rows, a line a field, and what the daemons would do with them.
func (c *change) rehearse(ctx context.Context) error {
	changed := len(c.Changes()) > 0
	if c.showDiff(); !changed {
		return nil
	}
	plan, err := c.Try(ctx, c.store, c.Before(), c.Content())
	if err != nil {
		return fmt.Errorf("what the ASIC would be told is not known: %w", err)
	}
	c.list("ASIC operations", plan.ASIC)
	c.list("Lines of FRR", plan.FRR)
	return nil
}

func (c *change) list(what string, lines []string) {
	fmt.Fprintf(c.out, "%s: %d\n", what, len(lines))
	for _, line := range lines {
		fmt.Fprintln(c.out, " ", line)
	}
}

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
