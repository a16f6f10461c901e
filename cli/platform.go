package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showPlatform is `show platform`.
func showPlatform(sw *Switch) *cobra.Command {
	cmd := group("platform", "Show platform-specific hardware info",
		&cobra.Command{Use: "summary", Short: "Show hardware platform information", Args: exactly(), RunE: sw.look(platformSummary)})
	cmd.AddCommand(sensorCommands(sw)...)
	return cmd
}

// asicType is what SONiC calls a switch whose ASIC is software.
const asicType = "vs"

// platform is what `show platform summary` and `show version` both tell. The JSON names are SONiC's.
type platform struct {
	Platform   string `json:"platform"`
	HwSKU      string `json:"hwsku"`
	ASIC       string `json:"asic_type"`
	ASICs      int    `json:"asic_count"`
	Serial     string `json:"serial"`
	Model      string `json:"model"`
	Revision   string `json:"revision"`
	SwitchType string `json:"switch_type,omitempty"`
}

func (v *view) platform() (p platform, err error) {
	meta, err := fetch(v, tables.ConfigDeviceMetadata, []string{tables.Localhost})
	if err != nil {
		return p, err
	}
	chassis, err := fetch(v, tables.StateChassis, []string{tables.ChassisKey})
	m, c := meta[tables.Localhost], chassis[tables.ChassisKey]
	return platform{orNA(m.Platform), orNA(m.HwSKU), asicType, 1, orNA(c.Serial), orNA(c.Model), orNA(c.Revision), m.SwitchType}, err
}

func platformSummary(v *view, _ []string) error {
	p, err := v.platform()
	if err != nil {
		return err
	}
	if v.json {
		return grid.JSON(v.out, p)
	}
	p.print(v)
	if p.SwitchType != "" {
		fmt.Fprintln(v.out, "Switch Type:", p.SwitchType)
	}
	return nil
}

func (p *platform) print(v *view) {
	fmt.Fprintln(v.out, "Platform:", p.Platform)
	fmt.Fprintln(v.out, "HwSKU:", p.HwSKU)
	fmt.Fprintln(v.out, "ASIC:", p.ASIC)
	fmt.Fprintln(v.out, "ASIC Count:", p.ASICs)
	fmt.Fprintln(v.out, "Serial Number:", p.Serial)
	fmt.Fprintln(v.out, "Model Number:", p.Model)
	fmt.Fprintln(v.out, "Hardware Revision:", p.Revision)
}

// showVersion is `show version`.
func showVersion(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Show version information", Args: exactly(), RunE: sw.look(version)}
}

func version(v *view, _ []string) error {
	p, err := v.platform()
	if err != nil {
		return err
	}
	file, err := v.versionFile()
	if err != nil {
		return err
	}
	m := v.Machine()
	or := func(name, other string) string {
		if text := file[name]; text != "" {
			return text
		}
		return orNA(other)
	}
	facts := []struct{ label, name, value string }{
		{"SONiC Software Version", "build_version", "SONiC." + or("build_version", "hypersonic-"+m.Build)},
		{"SONiC OS Version", "sonic_os_version", or("sonic_os_version", "")},
		{"Distribution", "debian_version", "Debian " + or("debian_version", m.Distribution)},
		{"Kernel", "kernel_version", orNA(m.Kernel)}, // the running one: a container's is its host's
		{"Build commit", "commit_id", or("commit_id", m.Commit)},
		{"Build date", "build_date", or("build_date", m.Date)},
		{"Built by", "built_by", or("built_by", "")},
	}
	if v.json {
		out := map[string]string{}
		for _, f := range facts {
			out[f.name] = f.value
		}
		out["platform"], out["hwsku"], out["asic_type"] = p.Platform, p.HwSKU, p.ASIC
		return grid.JSON(v.out, out)
	}
	fmt.Fprintln(v.out)
	for _, f := range facts {
		fmt.Fprintf(v.out, "%s: %s\n", f.label, f.value)
	}
	fmt.Fprintln(v.out)
	p.print(v)
	fmt.Fprintln(v.out, "Uptime:", m.Uptime.Truncate(time.Second))
	return v.line("Date: %s", v.Now().Format("Mon 02 Jan 2006 15:04:05"))
}

// versionFile reads sonic_version.yml, which an image may have: lines of name: value.
func (v *view) versionFile() (map[string]string, error) {
	out := map[string]string{}
	f, err := os.Open(v.Path("etc/sonic/sonic_version.yml"))
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		name, text, ok := strings.Cut(s.Text(), ":")
		if ok {
			out[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(text), `'"`)
		}
	}
	return out, nil
}
