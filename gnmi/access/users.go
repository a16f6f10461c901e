package access

import (
	"bufio"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// Role is what somebody may do.
type Role uint8

// The roles.
const (
	None      Role = iota // nothing
	ReadOnly              // read and subscribe
	ReadWrite             // everything
)

// String is the role as the file of users has it.
func (r Role) String() string { return [...]string{"none", "readonly", "readwrite"}[r] }

// ParseRole reads a role.
func ParseRole(text string) (Role, error) {
	for r := None; r <= ReadWrite; r++ {
		if text == r.String() {
			return r, nil
		}
	}
	return None, fmt.Errorf("role %q is none of none, readonly and readwrite", text)
}

// Users is a file of users: lines name:hash:role, where hash is bcrypt's. A missing file has none.
type Users struct {
	path string
	key  [sha256.Size]byte

	// mu guards what was read of the file: each RPC asks, in its own goroutine.
	mu    sync.Mutex
	seen  time.Time
	size  int64
	users map[string]user
	// known are passwords that were right, as a MAC: bcrypt takes 50 ms, and every RPC brings the password.
	known map[string][]byte
}

type user struct {
	hash []byte
	role Role
}

// NewUsers reads users from a file when they are asked for.
func NewUsers(path string) *Users {
	u := &Users{path: path}
	_, _ = rand.Read(u.key[:]) // never fails (crypto/rand)
	return u
}

// Any tells whether there are users.
func (u *Users) Any() (bool, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	err := u.refresh()
	return len(u.users) > 0, err
}

// errDenied says no more than it must.
var errDenied = errors.New("user or password is wrong")

// Check returns the role of a user whose password is right.
func (u *Users) Check(name, password string) (Role, error) {
	u.mu.Lock()
	err := u.refresh()
	who, ok := u.users[name]
	known := u.known[name]
	u.mu.Unlock()
	if err != nil {
		return None, err
	}
	mac := u.mac(name, password)
	if ok && known != nil && hmac.Equal(known, mac) {
		return who.role, nil
	}
	if !ok {
		who.hash = noUser // as slow as a user that there is
	}
	if err := bcrypt.CompareHashAndPassword(who.hash, []byte(password)); err != nil || !ok {
		return None, errDenied
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if now, same := u.users[name]; same && string(now.hash) == string(who.hash) {
		u.known[name] = mac
	}
	return who.role, nil
}

// noUser is the hash of no password.
var noUser = []byte("$2a$10$aaaaaaaaaaaaaaaaaaaaaeaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")

func (u *Users) mac(name, password string) []byte {
	m := hmac.New(sha256.New, u.key[:])
	fmt.Fprintf(m, "%d:%s%s", len(name), name, password)
	return m.Sum(nil)
}

// refresh reads the file if it is another than last time. The caller holds mu.
func (u *Users) refresh() error {
	st, err := os.Stat(u.path)
	if errors.Is(err, fs.ErrNotExist) {
		u.users, u.known, u.seen = nil, nil, time.Time{}
		return nil
	}
	if err != nil {
		return fmt.Errorf("users: %w", err)
	}
	if st.ModTime().Equal(u.seen) && st.Size() == u.size {
		return nil
	}
	users, err := readUsers(u.path)
	if err != nil {
		return err
	}
	u.users, u.known, u.seen, u.size = users, map[string][]byte{}, st.ModTime(), st.Size()
	return nil
}

func readUsers(path string) (map[string]user, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	defer f.Close()
	out := map[string]user{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, ":")
		if len(parts) != 3 || parts[0] == "" {
			return nil, fmt.Errorf("users: %s:%d is not name:hash:role", path, n)
		}
		role, err := ParseRole(parts[2])
		if err != nil {
			return nil, fmt.Errorf("users: %s:%d: %w", path, n, err)
		}
		if _, err := bcrypt.Cost([]byte(parts[1])); err != nil {
			return nil, fmt.Errorf("users: %s:%d: the hash of %s is not bcrypt's", path, n, parts[0])
		}
		out[parts[0]] = user{hash: []byte(parts[1]), role: role}
	}
	return out, lines.Err()
}

// SetUser adds a user to the file, or changes one; an empty password removes it. The file is replaced as a whole.
func SetUser(path, name, password string, role Role) error {
	if name == "" || strings.ContainsAny(name, ":\n\r") {
		return fmt.Errorf("user %q is no name", name)
	}
	var lines []string
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("users: %w", err)
	}
	if len(text) > 0 {
		lines = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, name+":") })
	if password != "" {
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
		if err != nil {
			return fmt.Errorf("password of %s: %w", name, err)
		}
		lines = append(lines, name+":"+string(hash)+":"+role.String())
	}
	out, err := os.CreateTemp(filepath.Dir(path), ".users")
	if err != nil {
		return fmt.Errorf("users: %w", err)
	}
	_, err = out.WriteString(strings.Join(lines, "\n") + "\n")
	if err = errors.Join(err, out.Sync(), out.Close()); err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("users: %w", err), os.Remove(out.Name()))
	}
	return nil
}
