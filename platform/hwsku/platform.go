package hwsku

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Choice is what hwsku.json says about a port.
type Choice struct {
	Mode    string `json:"default_brkout_mode"` // empty for a port that is not the first of its cage
	Autoneg string `json:"autoneg"`
	FEC     string `json:"fec"`
	Role    string `json:"role"`
	Subport string `json:"subport"`
}

// ParseHwSKU reads hwsku.json. name is for errors.
func ParseHwSKU(name string, b []byte) (map[string]Choice, error) {
	choices := map[string]Choice{}
	err := interfaces(name, b, func(port string, raw json.RawMessage) error {
		var c Choice
		if err := json.Unmarshal(raw, &c); err != nil {
			return jsonError(name, "interfaces."+port, nil, err)
		}
		choices[port] = c
		return nil
	})
	return choices, err
}

// ParsePlatform reads the interfaces of platform.json, in the file's order; there may be none. name is for errors.
func ParsePlatform(name string, b []byte) ([]Breakout, error) {
	var list []Breakout
	err := interfaces(name, b, func(port string, raw json.RawMessage) error {
		path := "interfaces." + port
		var in struct {
			Index string          `json:"index"`
			Lanes string          `json:"lanes"`
			Modes json.RawMessage `json:"breakout_modes"`
		}
		if err := json.Unmarshal(raw, &in); err != nil {
			return jsonError(name, path, nil, err)
		}
		cage := Breakout{Port: port}
		var reason string
		if cage.Lanes, reason = lanes(in.Lanes); reason != "" {
			return &Error{File: name, Field: path + ".lanes", Value: in.Lanes, Reason: reason}
		}
		if cage.Indexes, reason = indexes(in.Index, len(cage.Lanes)); reason != "" {
			return &Error{File: name, Field: path + ".index", Value: in.Index, Reason: reason}
		}
		return members(name, path+".breakout_modes", in.Modes, func(mode string, raw json.RawMessage) error {
			m := Mode{Name: mode}
			field := path + ".breakout_modes." + mode
			if err := json.Unmarshal(raw, &m.Aliases); err != nil {
				return jsonError(name, field, nil, err)
			}
			parts, err := ParseMode(mode)
			if err != nil {
				return &Error{File: name, Field: field, Value: mode, Reason: err.Error()}
			}
			m.Parts = parts
			cage.Modes = append(cage.Modes, m)
			return nil
		}, func() { list = append(list, cage) })
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// indexes reads one index a lane.
func indexes(text string, lanes int) (list []int, reason string) {
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(part), 10, 31)
		if err != nil {
			return nil, fmt.Sprintf("index %q is %s", part, noNumber)
		}
		list = append(list, int(n))
	}
	if len(list) != lanes {
		return nil, fmt.Sprintf("%d numbers for %d lanes", len(list), lanes)
	}
	return list, ""
}

// breakOut makes the ports of the cages that the HwSKU uses. What it says about one port of a cage besides the mode holds for all of
// the cage, except its subport.
func breakOut(platform, hwsku string, cages []Breakout, choices map[string]Choice) ([]Port, error) {
	var all []Port
	set := newPortSet()
	for i := range cages {
		cage := &cages[i]
		choice, ok := choices[cage.Port]
		if !ok {
			continue
		}
		fail := func(file, field, value, reason string) error {
			return &Error{File: file, Field: "interfaces." + cage.Port + "." + field, Value: value, Reason: reason}
		}
		if choice.Mode == "" {
			return nil, fail(hwsku, "default_brkout_mode", "", "missing")
		}
		cage.Default = choice.Mode
		ports, err := cage.Ports(choice.Mode)
		if err != nil {
			return nil, fail(hwsku, "default_brkout_mode", choice.Mode, err.Error())
		}
		for _, p := range ports {
			choices[p.Name].apply(ports)
		}
		for j := range ports {
			if c, ok := choices[ports[j].Name]; ok && c.Subport != "" {
				ports[j].Subport = c.Subport
			}
			if field, value, reason := set.add(&ports[j]); reason != "" {
				return nil, fail(platform, field, value, reason)
			}
		}
		all = append(all, ports...)
	}
	return all, nil
}

func (c Choice) apply(ports []Port) {
	for i := range ports {
		p := &ports[i]
		for _, f := range []struct {
			to    *string
			value string
		}{{&p.Autoneg, c.Autoneg}, {&p.FEC, c.FEC}, {&p.Role, c.Role}} {
			if f.value != "" {
				*f.to = f.value
			}
		}
	}
}

// interfaces walks the object "interfaces" of a file.
func interfaces(name string, b []byte, each func(port string, raw json.RawMessage) error) error {
	var file struct {
		Interfaces json.RawMessage `json:"interfaces"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return jsonError(name, "", b, err)
	}
	if file.Interfaces == nil {
		return nil // a platform may have other things only
	}
	return members(name, "interfaces", file.Interfaces, each, func() {})
}

// members walks a JSON object in the order it is written, which encoding/json's maps do not keep, and calls done if all went well.
func members(name, path string, raw json.RawMessage, each func(key string, raw json.RawMessage) error, done func()) error {
	if len(raw) == 0 || raw[0] != '{' {
		return &Error{File: name, Field: path, Value: string(raw[:min(len(raw), 20)]), Reason: "an object is needed"}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return jsonError(name, path, nil, err)
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return jsonError(name, path, nil, err)
		}
		key, _ := t.(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return jsonError(name, path, nil, err)
		}
		if seen[key] {
			return &Error{File: name, Field: path, Value: key, Reason: "there twice"}
		}
		seen[key] = true
		if err := each(key, value); err != nil {
			return err
		}
	}
	done()
	return nil
}

// jsonError names the field, and the line when whole is the file's content.
func jsonError(name, path string, whole []byte, err error) error {
	e := &Error{File: name, Field: path, Reason: err.Error()}
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && whole != nil:
		e.Line = 1 + bytes.Count(whole[:min(int(syntax.Offset), len(whole))], []byte("\n"))
	case errors.As(err, &typ):
		if typ.Field != "" {
			e.Field = strings.TrimPrefix(path+"."+typ.Field, ".")
		}
		e.Value, e.Reason = typ.Value, "text is needed"
		if typ.Type.Kind().String() != "string" {
			e.Reason = "a list or an object is needed"
		}
	}
	return e
}
