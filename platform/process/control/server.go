package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/platform/process"
)

// verbTime bounds a verb: a program that is not up by then goes on trying, and the caller is told.
const verbTime = time.Minute

// ErrRunning is returned by Listen when a supervisor answers on the socket already.
var ErrRunning = errors.New("a supervisor is running already")

// Listen makes the socket. One that a killed supervisor left behind is replaced.
func Listen(ctx context.Context, socket string) (net.Listener, error) {
	var d net.Dialer
	if c, err := d.DialContext(ctx, "unix", socket); err == nil {
		_ = c.Close()
		return nil, ErrRunning
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	var l net.ListenConfig
	ln, err := l.Listen(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	if err := os.Chmod(socket, 0o660); err != nil {
		return nil, errors.Join(fmt.Errorf("control socket: %w", err), ln.Close())
	}
	return ln, nil
}

// Server answers for a supervisor.
type Server struct {
	supervisor Supervisor
	parts      map[string]string // SONiC's names for parts of our programs
	shutdown   func()
}

// NewServer makes a server. parts maps names that SONiC has a process for to the program that does their work here; shutdown ends the supervisor.
func NewServer(s Supervisor, parts map[string]string, shutdown func()) *Server {
	return &Server{supervisor: s, parts: parts, shutdown: shutdown}
}

// Serve answers until ctx ends, and closes ln.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /programs", s.list)
	mux.HandleFunc("POST /programs/{verb}", s.verb)
	mux.HandleFunc("POST /shutdown", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "0") // the answer is complete before the server ends with its supervisor
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		s.shutdown()
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	g, running := errgroup.WithContext(ctx)
	g.Go(func() error {
		<-running.Done()
		return server.Close()
	})
	g.Go(func() error {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("control: %w", err)
		}
		return nil
	})
	return g.Wait()
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	programs, err := s.programs(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	_ = json.NewEncoder(w).Encode(programs) // a client that is gone needs no answer
}

// programs are those of our own and the parts, by name.
func (s *Server) programs(ctx context.Context) ([]Program, error) {
	list, err := s.supervisor.Status(ctx)
	if err != nil {
		return nil, err
	}
	var out []Program
	for _, p := range list {
		out = append(out, program(p.Name, p))
		for name, of := range s.parts {
			if of == p.Name {
				out = append(out, program(name, p))
			}
		}
	}
	slices.SortFunc(out, func(a, b Program) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func program(name string, s process.Status) Program {
	p := Program{Name: name, Of: s.Name, State: s.State, Pid: s.Pid, Since: s.Since, Exit: s.Exit}
	if s.State == process.Running {
		p.Uptime = time.Since(s.Since)
	}
	return p
}

// verb starts, stops or restarts the programs that the body names.
func (s *Server) verb(w http.ResponseWriter, r *http.Request) {
	verb, ok := s.verbs()[r.PathValue("verb")]
	if !ok {
		http.Error(w, "no such verb", http.StatusNotFound)
		return
	}
	var names []string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&names); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), verbTime)
	defer cancel()
	programs, err := s.programs(ctx)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	answers := make([]Answer, len(names))
	var todo []string
	var at []int
	for i, name := range names {
		answers[i].Name = name
		j := slices.IndexFunc(programs, func(p Program) bool { return p.Name == name })
		if j < 0 {
			answers[i].Error = NoSuchProcess
		} else if answers[i].Error = verb.refuse(programs[j]); answers[i].Error == "" {
			todo, at = append(todo, programs[j].Of), append(at, i)
		}
	}
	for i, err := range verb.do(ctx, todo...) {
		if err != nil {
			answers[at[i]].Error = err.Error()
		}
	}
	_ = json.NewEncoder(w).Encode(answers)
}

// verb is what can be done with programs, and why not.
type verb struct {
	do     func(context.Context, ...string) []error
	refuse func(Program) string
}

func (s *Server) verbs() map[string]verb {
	return map[string]verb{
		"start": {s.supervisor.Start, func(p Program) string {
			if p.State == process.Running {
				return AlreadyStarted
			}
			return ""
		}},
		"stop": {s.supervisor.Stop, func(p Program) string {
			switch {
			case p.State == process.Stopped || p.State == process.Exited || p.State == process.Fatal:
				return NotRunning
			case p.Name != p.Of:
				return fmt.Sprintf("part of %s, which does more; stop that", p.Of)
			}
			return ""
		}},
		"restart": {s.supervisor.Restart, func(Program) string { return "" }},
	}
}
