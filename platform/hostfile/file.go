// Package hostfile makes files of the system below the switch's directory what the configuration says (/etc/resolv.conf), and what they were before when it says
// nothing of them any more.
package hostfile

import (
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// File is the kind of files.
var File = &engine.Kind{Name: kindName, Attr: attr, Parse: parse}

const kindName = "FILE"

// Key is a file by its path below the switch's directory, without a slash before it: etc/motd.
type Key struct{ Path string }

// Kind implements engine.Key.
func (Key) Kind() *engine.Kind { return File }

// Refs implements engine.Key.
func (Key) Refs(func(engine.Key) bool) {}

// String is for example FILE:etc/motd.
func (k Key) String() string { return kindName + ":" + k.Path }

func parse(text string) (engine.Key, error) {
	path, ok := strings.CutPrefix(text, kindName+":")
	if !ok {
		return nil, fmt.Errorf("%q is no file", text)
	}
	return Key{path}, nil
}

const content uint16 = 1

func attr(uint16) engine.AttrInfo { return engine.AttrInfo{Name: "content"} }

// Content is all that is in the file; every Want of a file has it.
func Content(text string) engine.Attr[Key] { return engine.Attr[Key]{ID: content, Value: text} }
