package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
)

// schemaFile is the schema, which package oc embeds.
const schemaFile = "schema.json.gz"

var (
	schemaBytes = regexp.MustCompile(`(?s)\n\tySchema = \[\]byte\{(.*?)\n\t\}\n`)
	octet       = regexp.MustCompile(`0x([0-9a-f]{2})`)
)

// withoutSchema takes the schema out of ygot's code, and out of the schema what no program looks at: descriptions, places in files, and the trees of augments,
// which are whole, come in any order, and are ten times the rest.
func withoutSchema(text []byte) (code, schema []byte, err error) {
	found := schemaBytes.FindSubmatch(text)
	if found == nil {
		return nil, nil, errors.New("ygot's code has no schema")
	}
	var packed []byte
	for _, m := range octet.FindAllSubmatch(found[1], -1) {
		n, err := strconv.ParseUint(string(m[1]), 16, 8)
		if err != nil {
			return nil, nil, err
		}
		packed = append(packed, byte(n))
	}
	if schema, err = slim(packed); err != nil {
		return nil, nil, err
	}
	code, err = lazy(schemaBytes.ReplaceAll(text, []byte("\n")))
	return code, schema, err
}

var (
	atStart = regexp.MustCompile(`(?s)func init\(\) \{.*?\n\}\n`)
	enums   = regexp.MustCompile(`(?s)var ΛEnum = (map\[string\]map\[int64\]ygot.EnumDefinition)(\{.*?\n\}\n)`)
)

// lazy makes of what ygot's code does when any program starts a function that is called when the schema is needed.
func lazy(text []byte) ([]byte, error) {
	if !atStart.Match(text) || !enums.Match(text) {
		return nil, errors.New("ygot's code does not begin as it did")
	}
	text = atStart.ReplaceAll(text, []byte("func load() (err error) {\n\tinitΛEnumTypes()\n\tinitΛEnum()\n\tSchemaTree, err = UnzipSchema()\n\treturn err\n}\n"))
	return enums.ReplaceAll(text, []byte("var ΛEnum $1\n\nfunc initΛEnum() {\n\tΛEnum = $1$2}\n")), nil
}

func slim(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	drop(tree)
	if text, err = json.Marshal(tree); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func drop(tree any) {
	switch t := tree.(type) {
	case map[string]any:
		for _, field := range []string{"Description", "Source", "Augmented", "Augments", "Exts", "Extra", "Uses", "Identities", "Deviations", "Deviate", "Units", "Reference"} {
			delete(t, field)
		}
		for _, below := range t {
			drop(below)
		}
	case []any:
		for _, below := range t {
			drop(below)
		}
	}
}
