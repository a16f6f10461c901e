package fpm

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzFrames feeds a stream: whatever it is, reading ends, and a message that was accepted survives encoding and decoding again.
func FuzzFrames(f *testing.F) {
	for _, m := range samples() {
		f.Add(appendMessage(f, nil, &m))
	}
	r := ecmp4(1)
	pair, _ := AppendReplace(nil, &r)
	f.Add(pair)
	f.Add([]byte("\x01\x01\x00\x04\x01\x01\x00\x03"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		d := NewReader(bytes.NewReader(stream))
		var m Message
		for d.Next(&m) == nil {
			check(t, &m)
		}
		if d.Stats().Bytes != uint64(len(stream)) {
			t.Fatalf("read %d of %d bytes", d.Stats().Bytes, len(stream))
		}
	})
}

// FuzzNetlink puts the bytes into a good frame, past the framing checks.
func FuzzNetlink(f *testing.F) {
	for _, m := range samples() {
		f.Add(appendMessage(f, nil, &m)[headerLen:])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		stream, err := appendFrame(nil, func(b []byte) []byte { return append(b, body...) })
		if err != nil {
			return
		}
		d := NewReader(bytes.NewReader(stream))
		var m Message
		for d.Next(&m) == nil {
			check(t, &m)
		}
	})
}

func check(t *testing.T, m *Message) {
	switch m.Kind {
	case Malformed:
		if m.Err == nil || m.Err.Error() == "" {
			t.Fatal("malformed without reason")
		}
	case KindRoute:
		if b, err := AppendRoute(nil, &m.Route); err == nil {
			compareAgain(t, b, m.Route, func(m *Message) any { return m.Route })
		}
	case KindNexthop:
		if b, err := AppendObject(nil, &m.Object); err == nil {
			compareAgain(t, b, m.Object, func(m *Message) any { return m.Object })
		}
	default:
		t.Fatalf("kind %d", m.Kind)
	}
}

func compareAgain(t *testing.T, frame []byte, want any, of func(*Message) any) {
	var again Message
	if err := NewReader(bytes.NewReader(frame)).Next(&again); err != nil || again.Kind == Malformed {
		t.Fatalf("own encoding refused: %v, %v", err, again.Err)
	}
	if diff := cmp.Diff(want, of(&again), compare); diff != "" {
		t.Fatal(diff)
	}
}
