package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Wanted is a dry run: it translates rows without sources, targets and sinks, and returns what they want as text, sorted: each object with its
// attributes, what it waits for beside its own references, and the rows that want it; then rows to be published; then what is wrong with rows.
// An engine that has been asked this cannot Run.
func (e *Engine) Wanted(rows ...db.Write) string {
	if e.running {
		panic("engine: Wanted is for engines that do not run")
	}
	for _, d := range e.dense {
		if err := d.check(); err != nil {
			return err.Error() + "\n"
		}
	}
	for _, w := range rows {
		e.table(w.Table).apply(&db.Change{Table: w.Table, Key: w.Key, Fields: w.Fields, Gone: w.Delete && len(w.Fields) == 0}, false)
	}
	for again := true; again; {
		for len(e.stale) > 0 {
			todo := e.stale
			e.stale = nil
			for _, o := range todo {
				e.translate(o)
			}
		}
		again = false
		for _, t := range e.tables {
			again = again || len(t.waiting) > 0
			t.complete()
		}
	}
	return e.wantedText()
}

func (e *Engine) wantedText() string {
	var objects, published, troubles []string
	for _, k := range e.ranked {
		for _, n := range k.nodes {
			if len(n.contribs) == 0 {
				continue
			}
			e.merge(n)
			if k.rows != nil {
				published = append(published, n.wantedText("row "))
			} else if n.wants > 0 {
				objects = append(objects, n.wantedText("want "))
			} else {
				objects = append(objects, n.wantedText("set "))
			}
		}
	}
	for _, d := range e.dense {
		d.dump(func(text string) { objects = append(objects, text) })
	}
	for _, list := range e.rowTroubles {
		for _, t := range list {
			troubles = append(troubles, troubleText(&t.status))
		}
	}
	var b strings.Builder
	for _, list := range [][]string{objects, published, troubles} {
		slices.Sort(list)
		for _, text := range list {
			b.WriteString(text)
		}
	}
	return b.String()
}

func (n *node) wantedText(verb string) string {
	var b strings.Builder
	b.WriteString(verb)
	if n.kind.rows != nil {
		b.WriteString(n.kind.rows.schema.Database.String() + " ")
	}
	b.WriteString(n.text() + "\n")
	for _, a := range n.desired {
		fmt.Fprintf(&b, "  %s=%s\n", n.kind.info(a.ID).Name, valueText(a.Value))
	}
	for _, c := range n.contribs {
		for _, to := range c.refs {
			fmt.Fprintf(&b, "  after %s\n", to.text())
		}
	}
	for _, c := range n.contribs {
		fmt.Fprintf(&b, "  by %s\n", c.owner.text())
	}
	return b.String()
}

func troubleText(s *Status) string {
	text := strings.ToLower(s.State.String()) + " " + s.Object + "\n"
	if s.Field != "" {
		return text + fmt.Sprintf("  field %s: %q %s\n", s.Field, s.Value, s.Reason)
	}
	return text + "  " + s.Reason + "\n"
}

// dump prints the objects of a dense table. Of a set all that may stand for it is shown.
func (d *dense[K, R, O, V]) dump(add func(text string)) {
	for _, en := range d.all {
		if en.flags&wantedEntry == 0 {
			continue
		}
		var b strings.Builder
		k, attrs := d.Encode(en.object, en.want, func(h Handle) Key {
			x := d.e.handles.get(h)
			if x == nil || len(x.best) == 0 {
				return nil
			}
			return x.slots[x.best[0]].node.key
		}, nil)
		fmt.Fprintf(&b, "want %s\n", k)
		for _, a := range attrs {
			fmt.Fprintf(&b, "  %s=%s\n", d.kind.info(a.ID).Name, valueText(a.Value))
		}
		for _, h := range d.handles(en.object, en.want) {
			if x := d.e.handles.get(h); x != nil && x.set != nil {
				fmt.Fprintf(&b, "  over %s: %s\n", x.set.text(), x.choiceText())
			}
		}
		add(b.String())
	}
}

func (x *handle) choiceText() string {
	if len(x.best) == 0 {
		return "nothing"
	}
	var c Choice
	for _, at := range x.best {
		c = append(c, x.slots[at].node.key)
	}
	return valueText(c)
}
