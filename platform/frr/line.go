package frr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// The kinds of lines of configuration, one for each daemon: FRR's configuration is a tree of lines, and each daemon has its own.
var (
	BgpdLine  = lineKind(Bgpd)
	ZebraLine = lineKind(Zebra)
	BfddLine  = lineKind(Bfdd)
)

// Daemon is one of FRR's daemons whose lines are written here.
type Daemon uint8

// The daemons.
const (
	Bgpd Daemon = iota
	Zebra
	Bfdd
)

// Daemons are all of them.
func Daemons() []Daemon { return []Daemon{Bgpd, Zebra, Bfdd} }

// String is the daemon's name, and of its socket.
func (d Daemon) String() string { return [...]string{"bgpd", "zebra", "bfdd"}[d] }

// prefix begins the texts of the daemon's lines.
func (d Daemon) prefix() string { return strings.ToUpper(d.String()) }

// Kind is the kind of the daemon's lines.
func (d Daemon) Kind() *engine.Kind { return [...]*engine.Kind{BgpdLine, ZebraLine, BfddLine}[d] }

// Context is the path of blocks in which a line stands, outermost first, each with a line feed after it; empty at the top. A block is named as BlockOf
// says, so that what stands in it is the same when its own line changes. It is one string so that keys are comparable.
type Context string

// In is the context of a block inside c.
func (c Context) In(block string) Context { return c + Context(block) + "\n" }

// Blocks are the names of the blocks, outermost first.
func (c Context) Blocks() []string {
	if c == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(c), "\n"), "\n")
}

// outer is the context of the innermost block's own line, and that block.
func (c Context) outer() (Context, string) {
	b := c.Blocks()
	return c[:len(c)-len(b[len(b)-1])-1], b[len(b)-1]
}

// BlockOf is the name of the block that a line begins: without the autonomous system of an instance of BGP, and without the action of a statement of a
// route map. Of all other lines it is the line.
func BlockOf(line string) string {
	words := strings.Split(line, " ")
	switch {
	case len(words) == 3 && words[0] == "router" && words[1] == "bgp":
		return "router bgp"
	case len(words) == 5 && words[0] == "router" && words[1] == "bgp":
		return "router bgp" + hole + strings.Join(words[3:], " ")
	case len(words) == 4 && words[0] == "route-map":
		return "route-map " + words[1] + hole + words[3]
	}
	return line
}

// IsBlock tells lines that begin a block.
func IsBlock(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	switch word {
	case "router", "route-map", "peer", "vni":
		return true
	}
	return IsImplicit(line)
}

// IsImplicit tells blocks that are there without a line of their own: they show only when something is in them.
func IsImplicit(block string) bool {
	return block == "bfd" || strings.HasPrefix(block, "address-family ") || strings.HasPrefix(block, "vrf ")
}

// LineKey is a line by what FRR tells lines apart: the words before its value, and those behind. `neighbor 10.0.0.1 route-map FROM in` has the head
// `neighbor 10.0.0.1 route-map`, the value FROM and the tail `in`.
type LineKey struct {
	Daemon  Daemon
	Context Context
	Head    string
	Tail    string // may be empty
}

// Kind implements engine.Key.
func (k LineKey) Kind() *engine.Kind { return k.Daemon.Kind() }

// Refs implements engine.Key: the line that begins the block.
func (k LineKey) Refs(yield func(engine.Key) bool) {
	for c := k.Context; c != ""; {
		outer, block := c.outer()
		if !IsImplicit(block) {
			head, tail, _ := strings.Cut(block, hole)
			yield(LineKey{Daemon: k.Daemon, Context: outer, Head: head, Tail: tail})
			return
		}
		c = outer
	}
}

// Inside is the context of what stands in the block that the line begins.
func (k LineKey) Inside() Context { return k.Context.In(k.name()) }

// name is the head and the tail.
func (k LineKey) name() string {
	if k.Tail == "" {
		return k.Head
	}
	return k.Head + hole + k.Tail
}

// between separates blocks in the text of a key, and hole stands for the value in front of a tail.
const (
	between = " > "
	hole    = " * "
)

// String is for example BGPD:router bgp > address-family ipv4 unicast > neighbor 10.0.0.1 route-map * in.
func (k LineKey) String() string {
	return k.Daemon.prefix() + ":" + strings.ReplaceAll(string(k.Context), "\n", between) + k.name()
}

// Text is what varies of a line: its value, which may be empty, and whether FRR is told the opposite (`no bgp default ipv4-unicast`).
type Text struct {
	Value string
	No    bool
}

// Text is the line with a value, as one writes it.
func (k LineKey) Text(t Text) string {
	line := k.Head
	if t.No {
		line = "no " + line
	}
	if t.Value != "" {
		line += " " + t.Value
	}
	if k.Tail != "" {
		line += " " + k.Tail
	}
	return line
}

// Read reverses Text: what varies of a line that may be k's.
func (k LineKey) Read(line string) (t Text, ok bool) {
	line, t.No = strings.CutPrefix(line, "no ")
	rest, ok := strings.CutPrefix(line+" ", k.Head+" ")
	if !ok {
		return t, false
	}
	if k.Tail != "" {
		if rest, ok = strings.CutSuffix(" "+rest, " "+k.Tail+" "); !ok {
			return t, false
		}
	}
	t.Value = strings.TrimSpace(rest)
	// The instance of a VRF begins like that of the default one.
	return t, !IsBlock(line) || BlockOf(line) == k.name()
}

// Undo is the command that takes back the line as FRR shows it. FRR understands any line with a no in front, but for a few where it wants no value, and
// those of bfdd, which knows only other numbers.
func (k LineKey) Undo(shown string) string {
	rest, negated := strings.CutPrefix(shown, "no ")
	switch {
	case negated:
		return rest
	case k.Head == "set as-path prepend", k.Head == "description":
		return "no " + k.Head
	case k.Daemon == Bfdd && bfdDefault(k.Head) != "":
		return k.Head + " " + bfdDefault(k.Head)
	}
	return "no " + shown
}

// bfdDefault is what counts of a session of BFD unless its lines say otherwise.
func bfdDefault(head string) string {
	switch head {
	case "detect-multiplier":
		return "3"
	case "transmit-interval", "receive-interval":
		return "300"
	case "echo receive-interval":
		return "50"
	}
	return ""
}

// errLine is for texts that a row must not bring into a command line.
var errLine = errors.New("is not one line of printable words")

// Check says what would not be this one line in FRR.
func (k LineKey) Check(t Text) error {
	for _, part := range append(k.Context.Blocks(), k.Head, t.Value, k.Tail) {
		if !IsPhrase(part) && part != "" {
			return fmt.Errorf("%q %w", part, errLine)
		}
	}
	if k.Head == "" {
		return errors.New("the line is empty")
	}
	return nil
}

// IsPhrase tells texts that pass through a command line as they are: printable words one space apart. A stroke in front of a space would begin a
// filter of what a command prints.
func IsPhrase(s string) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' || strings.Contains(s, "  ") || strings.Contains(s, "| ") {
		return false
	}
	for _, c := range s {
		if !unicode.IsPrint(c) || c == utf8.RuneError {
			return false
		}
	}
	return len(s) <= 512
}

// The attributes of a line.
const (
	// LineAttrText is Text of a line that FRR changes in place when it is written with another value.
	LineAttrText uint16 = 1
	// LineAttrFixed is Text of a line that FRR does not change in place: it is taken back first, and with it what refers to it.
	LineAttrFixed uint16 = 2
	// LineAttrAfter is After: what must be there before the line, and goes after it.
	LineAttrAfter uint16 = 3
)

// After is what a line stands behind, beside the line that begins its block. FRR is told nothing of it.
type After []engine.Key

// Refs yields what must exist.
func (a After) Refs(yield func(engine.Key) bool) {
	for _, k := range a {
		if !yield(k) {
			return
		}
	}
}

// Equal implements engine.Equaler.
func (a After) Equal(other any) bool {
	o, ok := other.(After)
	return ok && slices.Equal(a, o)
}

func (a After) String() string {
	words := make([]string, len(a))
	for i, k := range a {
		words[i] = k.String()
	}
	return strings.Join(words, ", ")
}

// LineText gives a line its value.
func LineText(t Text) engine.Attr[LineKey] { return engine.Attr[LineKey]{ID: LineAttrText, Value: t} }

// LineFixed gives a line a value that FRR does not change in place.
func LineFixed(t Text) engine.Attr[LineKey] { return engine.Attr[LineKey]{ID: LineAttrFixed, Value: t} }

// LineAfter says what the line comes after, perhaps nothing.
func LineAfter(keys ...engine.Key) engine.Attr[LineKey] {
	return engine.Attr[LineKey]{ID: LineAttrAfter, Value: After(keys)}
}

func lineKind(d Daemon) *engine.Kind {
	return &engine.Kind{Name: d.prefix(), Attr: lineAttr, Parse: func(text string) (engine.Key, error) { return parseLine(d, text) }}
}

func lineAttr(id uint16) engine.AttrInfo {
	switch id {
	case LineAttrText:
		return engine.AttrInfo{Name: "value"}
	case LineAttrFixed:
		return engine.AttrInfo{Name: "fixed", CreateOnly: true}
	case LineAttrAfter:
		// Without a default: what stands behind a line that has to be made anew is made anew with it.
	}
	return engine.AttrInfo{Name: "after"}
}

func (t Text) String() string {
	if t.No {
		return strings.TrimSpace("no " + t.Value)
	}
	return t.Value
}

func parseLine(d Daemon, text string) (engine.Key, error) {
	rest, ok := strings.CutPrefix(text, d.prefix()+":")
	if !ok {
		return nil, fmt.Errorf("%q is not the text of a line of %s", text, d)
	}
	k := LineKey{Daemon: d}
	for block, more, inside := strings.Cut(rest, between); inside; block, more, inside = strings.Cut(rest, between) {
		k.Context, rest = k.Context.In(block), more
	}
	k.Head, k.Tail, _ = strings.Cut(rest, hole)
	if err := k.Check(Text{}); err != nil || k.String() != text {
		return nil, fmt.Errorf("%q is not the text of a line", text)
	}
	return k, nil
}
