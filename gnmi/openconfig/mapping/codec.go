package mapping

import (
	"errors"
	"slices"
	"strings"
)

// Codec turns a field's text into YANG's and back.
type Codec interface {
	// FromDB gives YANG's canonical text of the values of the leaf's fields ("" for one that is not there); ok is false if there is no value.
	FromDB(values []string) (text string, ok bool)
	// ToDB gives the field's text; the error completes "path: ...".
	ToDB(text string) (string, error)
}

// ListCodec is implemented by codecs of leaf-lists whose elements are not simply separated by commas.
type ListCodec interface {
	ListFromDB(value string) []string
	ListToDB(texts []string) (string, error)
}

var (
	errState  = errors.New("is state, which cannot be set")
	errNoSay  = errors.New("has a value that SONiC has no word for")
	errMicros = errors.New("is no number of whole milliseconds, in microseconds")
)

// Words pairs SONiC's words with YANG's: "up true down false".
type Words string

// FromDB implements Codec.
func (w Words) FromDB(values []string) (string, bool) { return w.pick(values[0], 0) }

// ToDB implements Codec.
func (w Words) ToDB(text string) (string, error) {
	v, ok := w.pick(text, 1)
	if !ok {
		return "", errNoSay
	}
	return v, nil
}

func (w Words) pick(text string, side int) (string, bool) {
	words := strings.Fields(string(w))
	for i := 0; i+1 < len(words); i += 2 {
		if words[i+side] == text {
			return words[i+1-side], true
		}
	}
	return "", false
}

// Upper is a name in capital letters in YANG and small ones in SONiC, dashes for underscores if asked.
type Upper struct{ Dash bool }

// FromDB implements Codec.
func (u Upper) FromDB(values []string) (string, bool) {
	v := strings.ToUpper(values[0])
	if u.Dash {
		v = strings.ReplaceAll(v, "-", "_")
	}
	return v, v != ""
}

// ToDB implements Codec.
func (u Upper) ToDB(text string) (string, error) {
	v := strings.ToLower(text)
	if u.Dash {
		v = strings.ReplaceAll(v, "_", "-")
	}
	return v, nil
}

// View is a codec of state: one way only. It gets the values of all the leaf's fields.
type View func(values []string) (string, bool)

// FromDB implements Codec.
func (f View) FromDB(values []string) (string, bool) { return f(values) }

// ToDB implements Codec.
func (View) ToDB(string) (string, error) { return "", errState }

// Both is a codec of two functions.
type Both struct {
	Read  func(value string) (string, bool)
	Write func(text string) (string, error)
}

// FromDB implements Codec.
func (b Both) FromDB(values []string) (string, bool) { return b.Read(values[0]) }

// ToDB implements Codec.
func (b Both) ToDB(text string) (string, error) { return b.Write(text) }

// Items are the elements of a comma list, without empty ones.
func Items(value string) []string {
	if value == "" {
		return nil
	}
	items := strings.Split(value, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return slices.DeleteFunc(items, func(s string) bool { return s == "" })
}
