package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Explanation tells all about one object or row.
type Explanation struct {
	Object string
	State  string // as wanted, blocked, failed, quarantined, conflict, not wanted, unknown
	Reason string
	Since  time.Time // of a state that is not as wanted
	Wanted bool
	Exists bool
	Origin string   // permanent, external, adopted, or empty: made by this run
	Owners []string // rows that want it or set attributes on it
	Wants  []Attribute
	Has    []Attribute
	Waits  []Explanation // what it waits for, and what that waits for
	Users  []string      // existing objects that refer to it
	// Objects are what a row wants; for an object this is empty.
	Objects []Explanation
}

// Attribute is an attribute as text.
type Attribute struct{ Name, Value string }

// Explain tells what is known of an object (by its text) or of a row (TABLE|key or TABLE:key). It may be called from any goroutine.
func (e *Engine) Explain(ctx context.Context, text string) ([]Explanation, error) {
	var out []Explanation
	done := make(chan struct{})
	if err := e.ask(ctx, func() { out = e.explain(text); close(done) }); err != nil {
		return nil, err
	}
	<-done
	return out, nil
}

func (e *Engine) explain(text string) (out []Explanation) {
	for _, k := range e.ranked {
		if k.Parse != nil {
			if key, err := k.Parse(text); err == nil && key != nil && key.Kind() == k.Kind {
				if n := k.nodes[key]; n != nil {
					out = append(out, e.explainNode(n, 4))
				}
				if k.dense != nil {
					out = append(out, k.dense.explain(key)...)
				}
			}
		}
		if k.rows != nil {
			if key, ok := e.keyIn(k.rows.schema.Name, text); ok {
				if n := k.nodes[rowKey{schema: k.rows.schema, key: key}]; n != nil {
					out = append(out, e.explainNode(n, 4))
				}
			}
		}
	}
	for _, t := range e.tables {
		if key, ok := e.keyIn(t.schema.Name, text); ok {
			out = append(out, e.explainRow(t, key)...)
		}
	}
	return out
}

// keyIn takes the table's name off TABLE|key or TABLE:key.
func (e *Engine) keyIn(table, text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, table)
	if !ok || rest == "" || rest[0] != '|' && rest[0] != ':' {
		return "", false
	}
	return rest[1:], true
}

func (e *Engine) explainRow(t *table, key string) (out []Explanation) {
	text := t.text(key)
	_, known := t.records[key]
	var objects []Explanation
	if t.dense != nil {
		objects, known = t.dense.explainRow(key)
	}
	x := Explanation{Object: text, State: "as wanted", Exists: known, Objects: objects}
	if !known {
		x.State = "unknown"
	}
	for _, trouble := range e.rowTroubles[text] {
		x.State, x.Reason = stateWord(trouble.status.State), trouble.status.Reason
		if trouble.status.Field != "" {
			x.Reason = fmt.Sprintf("field %s: %q %s", trouble.status.Field, trouble.status.Value, x.Reason)
		}
		x.Since = e.told[text].since
	}
	for _, k := range e.ranked {
		for _, n := range k.nodes {
			for _, c := range n.contribs {
				if c.owner.key == key && c.owner.of.table == t {
					x.Objects = append(x.Objects, e.explainNode(n, 2))
				}
			}
		}
	}
	slices.SortFunc(x.Objects, func(a, b Explanation) int { return strings.Compare(a.Object, b.Object) })
	if !known && len(x.Objects) == 0 && x.Reason == "" {
		return nil
	}
	return []Explanation{x}
}

func (e *Engine) explainNode(n *node, depth int) Explanation {
	x := Explanation{Object: n.text(), State: "as wanted", Wanted: n.wants > 0, Exists: n.is(exists), Owners: n.owners()}
	switch {
	case n.is(permanent):
		x.Origin = "permanent"
	case n.is(external):
		x.Origin = "external"
	case n.is(adopted):
		x.Origin = "adopted"
	}
	if s, bad := e.statusOf(n); bad {
		x.State, x.Reason, x.Since = stateWord(s.State), s.Reason, e.told[s.Object].since
	} else if n.wants == 0 && n.ours() {
		x.State = "not wanted"
	}
	for _, a := range n.desired {
		x.Wants = append(x.Wants, Attribute{n.kind.info(a.ID).Name, valueText(a.Value)})
	}
	for _, a := range n.attrs {
		x.Has = append(x.Has, Attribute{n.kind.info(a.ID).Name, valueText(a.Value)})
	}
	for _, u := range n.users {
		if u.node.refs[u.slot].flags&held != 0 && len(x.Users) < maxListed {
			x.Users = append(x.Users, u.node.text())
		}
	}
	slices.Sort(x.Users)
	if n.is(parked) && depth > 0 {
		for to := range n.blockers {
			if to != n && len(x.Waits) < maxListed {
				x.Waits = append(x.Waits, e.explainNode(to, depth-1))
			}
		}
	}
	return x
}

func stateText(s State) string {
	return [...]string{Blocked: "BLOCKED", Failed: "FAILED", Quarantined: "QUARANTINED", Conflict: "CONFLICT"}[s]
}

func stateWord(s State) string { return strings.ToLower(stateText(s)) }

// String is the word of OBJECT_STATUS.
func (s State) String() string { return stateText(s) }

// String is the explanation as indented text for people.
func (x Explanation) String() string {
	var b strings.Builder
	x.print(&b, "")
	return b.String()
}

func (x *Explanation) print(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%s: %s", indent, x.Object, x.State)
	if !x.Since.IsZero() {
		fmt.Fprintf(b, " since %s", x.Since.UTC().Format(time.RFC3339))
	}
	if x.Reason != "" {
		fmt.Fprintf(b, ": %s", x.Reason)
	}
	b.WriteByte('\n')
	indent += "  "
	line := func(name string, list []string) {
		if len(list) > 0 {
			fmt.Fprintf(b, "%s%s %s\n", indent, name, strings.Join(list, ", "))
		}
	}
	if x.Origin != "" {
		line("is", []string{x.Origin})
	}
	line("wanted by", x.Owners)
	line("wants", attrTexts(x.Wants))
	line("has", attrTexts(x.Has))
	line("used by", x.Users)
	for i := range x.Waits {
		fmt.Fprintf(b, "%swaits for\n", indent)
		x.Waits[i].print(b, indent+"  ")
	}
	for i := range x.Objects {
		x.Objects[i].print(b, indent)
	}
}

func attrTexts(attrs []Attribute) []string {
	out := make([]string, len(attrs))
	for i, a := range attrs {
		out[i] = a.Name + "=" + a.Value
	}
	return out
}
