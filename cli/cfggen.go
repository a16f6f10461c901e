package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
)

// cfggenOptions are what sonic-cfggen is asked for.
type cfggenOptions struct {
	fromDB, print, write bool
	files                []string
	additional           string
	variable, varJSON    string
	key                  string
}

// Cfggen is the program `sonic-cfggen`: it collects a configuration from CONFIG_DB, files and its command line, and prints or writes it.
func Cfggen(sw *Switch) *cobra.Command {
	var o cfggenOptions
	cmd := &cobra.Command{Use: "sonic-cfggen", Short: "Render configuration data from CONFIG_DB and JSON files", Args: noArguments, RunE: sw.draft(func(c *change, _ []string) error {
		return c.cfggen(o)
	})}
	f := cmd.Flags()
	f.BoolVarP(&o.fromDB, "from-db", "d", false, "read config from configdb")
	f.StringArrayVarP(&o.files, "json", "j", nil, "additional json file input, supports multiple json files")
	f.StringVarP(&o.additional, "additional-data", "a", "", "addition data, in json string")
	f.BoolVar(&o.print, "print-data", false, "print all data")
	f.BoolVarP(&o.write, "write-to-db", "w", false, "write config into configdb")
	f.StringVarP(&o.variable, "var", "v", "", "print the value of a variable, such as DEVICE_METADATA.localhost.hwsku")
	f.StringVar(&o.varJSON, "var-json", "", "print the value of a variable, in json format")
	f.StringVarP(&o.key, "key", "K", "", "a key of the table that --var-json names")
	for name, short := range map[string]string{"minigraph": "m", "yaml": "y", "template": "t", "template-json": "T", "preset": "", "platform-info": "H", "device-description": "M"} {
		f.StringP(name, short, "", "not available: neither minigraphs nor templates are read")
	}
	return program(cmd)
}

// noArguments refuses arguments and the options that are not there.
func noArguments(c *cobra.Command, args []string) error {
	for _, name := range []string{"minigraph", "yaml", "template", "template-json", "preset", "platform-info", "device-description"} {
		if c.Flags().Changed(name) {
			return fail("--%s is not available: neither minigraphs nor templates are read", name)
		}
	}
	if len(args) > 0 {
		return fail("unrecognized arguments: %s", args[0])
	}
	return nil
}

func (c *change) cfggen(o cfggenOptions) error {
	c.forced = true // SONiC's does not check either: whoever writes rows by hand finds them quarantined if they are wrong
	data, err := c.collect(o)
	if err != nil {
		return err
	}
	if o.variable != "" {
		path, err := parseVariable(o.variable)
		if err != nil {
			return err
		}
		if err := c.line("%s", pythonText(lookup(data, path))); err != nil {
			return err
		}
	}
	if o.varJSON != "" {
		if value, ok := data[o.varJSON]; ok {
			if o.key != "" {
				value = lookup(value, []string{o.key})
			}
			if err := grid.JSON(c.out, value); err != nil {
				return err
			}
		}
	}
	if o.print {
		if err := grid.JSON(c.out, data); err != nil {
			return err
		}
	}
	if !o.write {
		return nil
	}
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	list, err := configjson.Parse(text)
	if err != nil {
		return fail("%v", err)
	}
	c.Merge(list)
	return nil
}

// collect merges what the options name, later over earlier.
func (c *change) collect(o cfggenOptions) (map[string]any, error) {
	data := map[string]any{}
	for _, path := range o.files {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if err := mergeJSON(data, text); err != nil {
			return nil, fail("%s: %v", path, err)
		}
	}
	if o.additional != "" {
		if err := mergeJSON(data, []byte(o.additional)); err != nil {
			return nil, fail("additional data: %v", err)
		}
	}
	if o.fromDB {
		text, err := configjson.Format(c.Content())
		if err != nil {
			return nil, err
		}
		if err := mergeJSON(data, text); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func mergeJSON(into map[string]any, text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var from map[string]any
	if err := d.Decode(&from); err != nil {
		return fmt.Errorf("no JSON object: %w", err)
	}
	merge(into, from)
	return nil
}

// merge puts objects into each other, as deep as they go.
func merge(into, from map[string]any) {
	for k, v := range from {
		inner, ok := v.(map[string]any)
		was, both := into[k].(map[string]any)
		if ok && both {
			merge(was, inner)
			continue
		}
		into[k] = v
	}
}
