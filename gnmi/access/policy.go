package access

import (
	"context"
	"net"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// Policy says who a caller is and what it may do, by how it came:
//
//	the unix socket           everything: who may open it is decided by the file system
//	a verified certificate    the role that Roles has for its common name
//	username and password     the role in the file of users
//	none of these             Anonymous
type Policy struct {
	Users     *Users
	Roles     func(ctx context.Context, commonName string) (Role, error)
	Anonymous Role
}

// Caller is who called.
type Caller struct {
	Name string
	Role Role
}

// The metadata that gNMI's authentication document names.
const (
	userKey     = "username"
	passwordKey = "password"
)

// Identify finds out who called.
func (p *Policy) Identify(ctx context.Context) (Caller, error) {
	from, _ := peer.FromContext(ctx)
	if from != nil && from.Addr != nil {
		if _, local := from.Addr.(*net.UnixAddr); local {
			return Caller{Name: "local", Role: ReadWrite}, nil
		}
	}
	md, _ := metadata.FromIncomingContext(ctx)
	if name := md.Get(userKey); len(name) > 0 {
		password := md.Get(passwordKey)
		if len(password) != 1 || len(name) != 1 {
			return Caller{}, status.Error(codes.Unauthenticated, errDenied.Error())
		}
		role, err := p.Users.Check(name[0], password[0])
		if err != nil {
			return Caller{}, status.Error(codes.Unauthenticated, err.Error())
		}
		return Caller{Name: name[0], Role: role}, nil
	}
	if from != nil {
		if info, ok := from.AuthInfo.(credentials.TLSInfo); ok && len(info.State.VerifiedChains) > 0 {
			name := info.State.VerifiedChains[0][0].Subject.CommonName
			role, err := p.Roles(ctx, name)
			if err != nil {
				return Caller{}, status.Error(codes.Unauthenticated, err.Error())
			}
			return Caller{Name: name, Role: role}, nil
		}
	}
	if p.Anonymous == None {
		return Caller{}, status.Error(codes.Unauthenticated, "a username and a password, or a certificate, is needed")
	}
	return Caller{Name: "anonymous", Role: p.Anonymous}, nil
}

// Allow identifies the caller and refuses one whose role is not enough.
func (p *Policy) Allow(ctx context.Context, need Role) (Caller, error) {
	who, err := p.Identify(ctx)
	if err != nil {
		return who, err
	}
	if who.Role < need {
		return who, status.Errorf(codes.PermissionDenied, "%s is %s, and this needs %s", who.Name, who.Role, need)
	}
	return who, nil
}
