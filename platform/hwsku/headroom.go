package hwsku

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Headroom is a line of pg_profile_lookup.ini: what a priority group of lossless traffic needs, by speed and cable. Sizes are in bytes.
type Headroom struct {
	Speed     uint32 // Mbit/s
	Cable     string // 300m
	Size      uint64
	Xon, Xoff uint64
	XonOffset *uint64 // nil: none
	Threshold string  // in the unit of its pool
}

// HeadroomFile is its name in a HwSKU's directory.
const HeadroomFile = "pg_profile_lookup.ini"

// LoadHeadroom reads it. Without the file the error is fs.ErrNotExist.
func LoadHeadroom(dir string) (list []Headroom, err error) {
	name := filepath.Join(dir, HeadroomFile)
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("headroom: %w", err)
	}
	return ParseHeadroom(name, b)
}

// ParseHeadroom reads lines of columns speed, cable, size, xon, xoff, threshold and, if there is one, xon_offset. name is for errors.
func ParseHeadroom(name string, b []byte) (list []Headroom, err error) {
	for line, text := range settings(b) {
		words := strings.Fields(text)
		if len(words) != 6 && len(words) != 7 {
			return nil, &Error{File: name, Line: line, Value: text, Reason: "want the columns speed cable size xon xoff threshold [xon_offset]"}
		}
		var n [7]uint64
		for i, column := range []string{"speed", "", "size", "xon", "xoff", "", "xon_offset"} {
			if column == "" || i >= len(words) {
				continue
			}
			if n[i], err = strconv.ParseUint(words[i], 10, 64); err != nil || i == 0 && n[i] > 1<<31 {
				return nil, &Error{File: name, Line: line, Field: column, Value: words[i], Reason: noNumber}
			}
		}
		if _, err := strconv.ParseInt(words[5], 10, 64); err != nil {
			return nil, &Error{File: name, Line: line, Field: "threshold", Value: words[5], Reason: noNumber}
		}
		h := Headroom{Speed: uint32(n[0]), Cable: words[1], Size: n[2], Xon: n[3], Xoff: n[4], Threshold: words[5]}
		if len(words) == 7 {
			h.XonOffset = &n[6]
		}
		list = append(list, h)
	}
	return list, nil
}
