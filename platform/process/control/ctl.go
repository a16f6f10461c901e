package control

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/platform/process"
)

// Exit codes of supervisorctl, which are those of the LSB's init scripts.
const (
	exitGeneric    = 1
	exitNotRunning = 3
	exitUnknown    = 4
)

const usage = `supervisorctl status|start|stop|restart|pid [name ...|all]
supervisorctl update|reread|version|shutdown
`

// Ctl runs one command line of supervisorctl, without supervisorctl's own name, and returns its exit code. Without a command it is status.
func (c *Client) Ctl(ctx context.Context, args []string, out io.Writer) int {
	if len(args) == 0 {
		args = []string{"status"}
	}
	var code int
	var err error
	switch verb, names := args[0], args[1:]; verb {
	case "status":
		code, err = c.status(ctx, names, out)
	case "start", "stop", "restart":
		code, err = c.verb(ctx, verb, names, out)
	case "pid":
		code, err = c.pid(ctx, names, out)
	case "update":
	case "reread":
		_, err = fmt.Fprintln(out, "No config updates to processes")
	case "version":
		_, err = fmt.Fprintln(out, "4.2.5")
	case "shutdown":
		if err = c.Shutdown(ctx); err == nil {
			_, err = fmt.Fprintln(out, "Shut down")
		}
	case "help", "-h", "--help":
		_, err = io.WriteString(out, usage)
	default:
		_, err = fmt.Fprintf(out, "*** Unknown syntax: %s\n", strings.Join(args, " "))
		code = exitGeneric
	}
	if err != nil {
		fmt.Fprintln(out, err)
		return exitGeneric
	}
	return code
}

// status prints the programs; names limits it.
func (c *Client) status(ctx context.Context, names []string, out io.Writer) (code int, err error) {
	programs, err := c.Programs(ctx)
	if err != nil {
		return 0, err
	}
	if len(names) == 0 || slices.Contains(names, "all") {
		names = nil
		for _, p := range programs {
			names = append(names, p.Name)
		}
	}
	for _, name := range names {
		i := slices.IndexFunc(programs, func(p Program) bool { return p.Name == name })
		if i < 0 {
			fmt.Fprintf(out, "%s: ERROR (%s)\n", name, NoSuchProcess)
			code = exitUnknown
			continue
		}
		p := programs[i]
		fmt.Fprintf(out, "%-33s%-10s%s\n", p.Name, p.State, describe(p))
		if p.State != process.Running && code == 0 {
			code = exitNotRunning
		}
	}
	return code, nil
}

// describe is the last column. For a part, it tells the process that does the work.
func describe(p Program) (s string) {
	switch p.State {
	case process.Running:
		s = fmt.Sprintf("pid %d, uptime %s", p.Pid, uptime(p.Uptime))
	case process.Backoff, process.Fatal:
		s = p.Exit
	case process.Stopped, process.Exited:
		s = p.Since.Format("Jan 02 03:04 PM")
	}
	if p.Name != p.Of {
		s = strings.TrimSpace(s + " (" + p.Of + ")")
	}
	return s
}

// uptime is hours:minutes:seconds, with days before if there are any.
func uptime(d time.Duration) string {
	s := int64(d / time.Second)
	text := fmt.Sprintf("%d:%02d:%02d", s/3600%24, s/60%60, s%60)
	switch days := s / 86400; days {
	case 0:
		return text
	case 1:
		return "1 day, " + text
	default:
		return fmt.Sprintf("%d days, %s", days, text)
	}
}

func (c *Client) verb(ctx context.Context, verb string, names []string, out io.Writer) (code int, err error) {
	if len(names) == 0 {
		_, err := fmt.Fprintf(out, "Error: %s requires a process name\n", verb)
		return exitGeneric, err
	}
	if names, err = c.all(ctx, names); err != nil {
		return 0, err
	}
	answers, err := c.Do(ctx, verb, names)
	if err != nil {
		return 0, err
	}
	for _, a := range answers {
		switch {
		case a.Error == "" && verb == "restart":
			fmt.Fprintf(out, "%s: stopped\n%s: started\n", a.Name, a.Name)
		case a.Error == "":
			fmt.Fprintf(out, "%s: %s\n", a.Name, map[string]string{"start": "started", "stop": "stopped"}[verb])
		default:
			fmt.Fprintf(out, "%s: ERROR (%s)\n", a.Name, a.Error)
			if a.Error != AlreadyStarted && a.Error != NotRunning {
				code = exitGeneric
			}
		}
	}
	return code, nil
}

// all replaces "all" by our own programs: their parts come with them.
func (c *Client) all(ctx context.Context, names []string) ([]string, error) {
	if !slices.Contains(names, "all") {
		return names, nil
	}
	programs, err := c.Programs(ctx)
	names = nil
	for _, p := range programs {
		if p.Name == p.Of {
			names = append(names, p.Name)
		}
	}
	return names, err
}

func (c *Client) pid(ctx context.Context, names []string, out io.Writer) (code int, err error) {
	programs, err := c.Programs(ctx)
	if err != nil {
		return 0, err
	}
	for _, p := range programs {
		if slices.Contains(names, p.Name) || slices.Contains(names, "all") {
			fmt.Fprintln(out, p.Pid)
		}
	}
	return 0, nil
}
