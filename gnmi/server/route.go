package server

import (
	"fmt"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// route is a path that has found its origin.
type route struct {
	origin origin.Origin
	path   *gpb.Path // absolute, without origin and target
	style  origin.Style
	asked  *gpb.Path // as the client wrote it, below its prefix
	prefix *gpb.Path
}

// translib is the target by which SONiC's clients ask for OpenConfig.
const translib = "OC-YANG"

// route finds the origin of a path. By the specification an origin is named in the prefix or in the path; SONiC's clients name a database as the target.
func (s *Server) route(prefix, path *gpb.Path) (*route, error) {
	r := &route{asked: path, prefix: prefix, path: &gpb.Path{Elem: slices.Concat(elems(prefix), elems(path))}}
	name := prefix.GetOrigin()
	switch {
	case name == "":
		name = path.GetOrigin()
	case path.GetOrigin() != "" && path.GetOrigin() != name:
		return nil, &origin.Error{Path: path, Code: codes.InvalidArgument, Reason: "has another origin than the prefix, which has " + name}
	}
	if path.GetTarget() != "" && prefix.GetTarget() == "" {
		return nil, &origin.Error{Path: path, Code: codes.InvalidArgument, Reason: "has a target, which belongs into the prefix"}
	}
	o, err := s.originOf(name, prefix.GetTarget(), r.path)
	if err != nil {
		return nil, err
	}
	r.origin, r.style = o, origin.StyleOf(o)
	if o.Names()[0] == openconfig {
		stripModules(r.path)
	}
	return r, nil
}

const openconfig = "openconfig"

func (s *Server) originOf(name, target string, path *gpb.Path) (origin.Origin, error) {
	if name != "" {
		for _, o := range s.Origins {
			if slices.Contains(o.Names(), name) {
				return o, nil
			}
		}
		return nil, status.Errorf(codes.InvalidArgument, "origin %q is none of %s", name, strings.Join(s.originNames(), ", "))
	}
	if target != "" && target != translib {
		if o, ok := s.Target(target); ok {
			return o, nil
		}
	}
	if len(path.GetElem()) > 0 && strings.HasSuffix(path.GetElem()[0].GetName(), "_DB") {
		return s.originOf("sonic-db", "", path)
	}
	return s.Origins[0], nil
}

func (s *Server) originNames() (out []string) {
	for _, o := range s.Origins {
		out = append(out, o.Names()...)
	}
	return out
}

// elems are the elements of a path; those of gNMI before 0.4 were strings.
func elems(p *gpb.Path) []*gpb.PathElem {
	if len(p.GetElem()) > 0 || len(p.GetElement()) == 0 { //nolint:staticcheck // SONiC's oldest clients
		return p.GetElem()
	}
	var out []*gpb.PathElem
	for _, e := range p.GetElement() { //nolint:staticcheck // as above
		parsed, err := origin.Parse(e)
		if err != nil || len(parsed.GetElem()) != 1 {
			parsed = &gpb.Path{Elem: []*gpb.PathElem{{Name: e}}}
		}
		out = append(out, parsed.Elem...)
	}
	return out
}

// stripModules takes the names of modules off elements, which SONiC's clients put there: openconfig-interfaces:interfaces.
func stripModules(p *gpb.Path) {
	for i, e := range p.Elem {
		if _, name, ok := strings.Cut(e.GetName(), ":"); ok {
			p.Elem[i] = &gpb.PathElem{Name: name, Key: e.GetKey()}
		}
	}
}

// answerPath is a leaf's path as an answer has it, below the request's prefix.
func (r *route) answerPath(p *gpb.Path) *gpb.Path {
	if r.wildPrefix() {
		return p
	}
	n := len(elems(r.prefix))
	return &gpb.Path{Origin: r.asked.GetOrigin(), Elem: p.GetElem()[min(n, len(p.GetElem())):]}
}

// answerPrefix is the request's prefix; one with a wildcard names nothing, so it goes.
func (r *route) answerPrefix() *gpb.Path {
	if r.prefix == nil {
		return nil
	}
	if r.wildPrefix() {
		return &gpb.Path{Origin: r.prefix.GetOrigin(), Target: r.prefix.GetTarget()}
	}
	return r.prefix
}

// answerOrigin is the origin that the client named, wherever it did.
func (r *route) answerOrigin() string {
	if name := r.prefix.GetOrigin(); name != "" {
		return name
	}
	return r.asked.GetOrigin()
}

func (r *route) wildPrefix() bool { return hasWildcard(&gpb.Path{Elem: elems(r.prefix)}) }

func hasWildcard(p *gpb.Path) bool {
	for _, e := range p.GetElem() {
		if strings.Contains(e.GetName(), origin.Any) || e.GetName() == origin.AnyDepth {
			return true
		}
		for _, v := range e.GetKey() {
			if v == origin.Any {
				return true
			}
		}
	}
	return false
}

// tooMany refuses a request with more paths than a server has to look at.
func tooMany(what string, n, limit int) error {
	if n <= limit {
		return nil
	}
	return status.Error(codes.ResourceExhausted, fmt.Sprintf("%d %s, more than %d", n, what, limit))
}
