package sonicdb

import (
	"strconv"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// place is what a path names; empty parts are not named, and so stand for all. Table, key and field may have wildcards.
type place struct {
	path  *gpb.Path
	id    db.ID
	base  []*gpb.PathElem // before the table
	table string
	keyed bool // written TABLE[key=...]
	key   string
	field string
	index int // in a list, or noIndex
	// more are elements behind the table in the form by target, where a key may be several of them: what they are is known when the rows are.
	more []string
	// keyParts are the elements that the key was found to be.
	keyParts []string
}

const noIndex = -1

// localhost is the only instance: a switch with several ASICs is not built.
const localhost = "localhost"

func (o *Origin) refuse(p *gpb.Path, code codes.Code, reason string) error {
	return &origin.Error{Path: p, Code: code, Reason: reason}
}

// parse reads a path of the origin's form.
func (o *Origin) parse(p *gpb.Path) (*place, error) {
	at := &place{path: p, id: o.target, index: noIndex}
	elems := p.GetElem()
	if o.target == noTarget {
		if len(elems) == 0 {
			return nil, o.refuse(p, codes.InvalidArgument, "names no database; the first element does, as in /CONFIG_DB/localhost/PORT")
		}
		id, ok := databaseOf(elems[0].GetName())
		if !ok {
			return nil, o.refuse(p, codes.NotFound, "there is no database "+strconv.Quote(elems[0].GetName()))
		}
		at.id = id
		if len(elems) > 1 && elems[1].GetName() != localhost {
			return nil, o.refuse(p, codes.NotFound, "there is no instance "+strconv.Quote(elems[1].GetName())+", only localhost")
		}
		at.base, elems = elems[:min(2, len(elems))], elems[min(2, len(elems)):]
		if len(at.base) == 1 {
			at.base = append(at.base[:1:1], &gpb.PathElem{Name: localhost})
		}
	}
	return at, o.parseRow(at, elems)
}

// parseRow reads table, key, field and index.
func (o *Origin) parseRow(at *place, elems []*gpb.PathElem) error {
	var words []string
	for i, e := range elems {
		switch key, ok := e.GetKey()["key"]; {
		case e.GetName() == "":
			return o.refuse(at.path, codes.InvalidArgument, "has an empty element")
		case e.GetName() == origin.AnyDepth:
			return o.refuse(at.path, codes.InvalidArgument, "has ..., which the databases do not have")
		case len(e.GetKey()) == 0:
			words = append(words, decode(e.GetName()))
		case i == 0 && ok && len(e.GetKey()) == 1 && key != "":
			words, at.keyed = append(words, e.GetName(), decode(key)), true
		default:
			return o.refuse(at.path, codes.InvalidArgument, "has keys in brackets elsewhere than TABLE[key=...]")
		}
	}
	for _, w := range words {
		if strings.ContainsAny(w, "\x00\r\n") {
			return o.refuse(at.path, codes.InvalidArgument, "has a control character in an element")
		}
	}
	if len(words) == 0 {
		return nil
	}
	at.table, words = words[0], words[1:]
	if strings.Contains(at.table, at.id.Separator()) {
		return o.refuse(at.path, codes.InvalidArgument, "has the separator of keys in the name of the table")
	}
	if o.target != noTarget && !at.keyed && len(words) > 0 {
		at.more = words
	}
	return o.fixed(at, words)
}

// fixed reads key, field and index where each is one element.
func (o *Origin) fixed(at *place, words []string) error {
	if len(words) > 0 {
		at.key = words[0]
	}
	if len(words) > 1 {
		at.field = words[1]
	}
	if len(words) > 2 {
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 0 {
			if at.more != nil {
				return nil // perhaps part of a key
			}
			return o.refuse(at.path, codes.InvalidArgument, strconv.Quote(words[2])+" is not the index of a list")
		}
		at.index = n
	}
	if len(words) > 3 && (at.more == nil || len(words) > maxWords) {
		return o.refuse(at.path, codes.InvalidArgument, "is longer than database, instance, table, key, field and index")
	}
	return nil
}

// maxWords bounds the elements behind the table in the form by target: as many parts as SONiC's longest keys have, and a field.
const maxWords = 8

var slashes = strings.NewReplacer("~1", "/", "~0", "~", `\/`, "/")

func decode(s string) string {
	if strings.ContainsAny(s, `~\`) {
		return slashes.Replace(s)
	}
	return s
}

// glob tells whether a text fits a pattern, in which * stands for any text.
func glob(pattern, text string) bool {
	head, rest, wild := strings.Cut(pattern, origin.Any)
	if !wild {
		return pattern == text
	}
	if !strings.HasPrefix(text, head) {
		return false
	}
	text = text[len(head):]
	for {
		var part string
		if part, rest, wild = strings.Cut(rest, origin.Any); !wild {
			return strings.HasSuffix(text, part)
		}
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
}

func wild(s string) bool { return strings.Contains(s, origin.Any) }

// fits tells whether a part of a row is one that the place names.
func fits(pattern, text string) bool { return pattern == "" || glob(pattern, text) }

// at makes the path of something in a row, in the form in which it was asked for. Without a key it is a field of a hash that has the table's name.
func (at *place) at(table, key string, more ...string) *gpb.Path {
	elems := append(make([]*gpb.PathElem, 0, len(at.base)+2+len(more)), at.base...)
	switch {
	case key == "":
		elems = append(elems, &gpb.PathElem{Name: table})
	case at.keyParts != nil:
		elems = append(elems, &gpb.PathElem{Name: table})
		for _, p := range at.keyParts {
			elems = append(elems, &gpb.PathElem{Name: p})
		}
	case at.keyed:
		elems = append(elems, &gpb.PathElem{Name: table, Key: map[string]string{"key": key}})
	default:
		elems = append(elems, &gpb.PathElem{Name: table}, &gpb.PathElem{Name: key})
	}
	for _, m := range more {
		elems = append(elems, &gpb.PathElem{Name: m})
	}
	return &gpb.Path{Elem: elems}
}
