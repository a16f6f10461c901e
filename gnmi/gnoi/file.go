package gnoi

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // gNOI lets clients choose it
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/openconfig/gnoi/file"
	"github.com/openconfig/gnoi/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// files is gnoi.file.File. Paths are absolute in the tree of the switch, and nothing reaches outside of it (os.Root).
type files struct {
	file.UnimplementedFileServer
	Config
}

// chunk is how much of a file goes in one message, bytes.
const chunk = 64 << 10

// maxFile bounds a file that is put, bytes.
const maxFile = 1 << 30

// open gives the tree and the name in it.
func (s *files) open(name string) (*os.Root, string, error) {
	if !strings.HasPrefix(name, "/") {
		return nil, "", status.Errorf(codes.InvalidArgument, "%q is not an absolute path", name)
	}
	root, err := s.Root()
	if err != nil {
		return nil, "", status.Error(codes.Internal, err.Error())
	}
	rel := strings.TrimPrefix(path.Clean(name), "/")
	if rel == "" {
		rel = "."
	}
	return root, rel, nil
}

// fileError is an error of the file system with its status.
func fileError(err error) error {
	if _, is := status.FromError(err); is {
		return err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return status.Error(codes.NotFound, err.Error())
	case errors.Is(err, fs.ErrPermission):
		return status.Error(codes.PermissionDenied, err.Error())
	case errors.Is(err, fs.ErrInvalid):
		return status.Error(codes.InvalidArgument, err.Error())
	}
	return status.Error(codes.FailedPrecondition, err.Error())
}

// Stat implements file.FileServer: of a directory, what is in it.
func (s *files) Stat(_ context.Context, req *file.StatRequest) (*file.StatResponse, error) {
	root, name, err := s.open(req.GetPath())
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Stat(name)
	if err != nil {
		return nil, fileError(err)
	}
	out := &file.StatResponse{}
	if !info.IsDir() {
		out.Stats = []*file.StatInfo{statOf(path.Clean(req.GetPath()), info)}
		return out, nil
	}
	list, err := fs.ReadDir(root.FS(), name)
	if err != nil {
		return nil, fileError(err)
	}
	for _, e := range list {
		if info, err := e.Info(); err == nil {
			out.Stats = append(out.Stats, statOf(path.Join(req.GetPath(), e.Name()), info))
		}
	}
	return out, nil
}

func statOf(name string, info fs.FileInfo) *file.StatInfo {
	return &file.StatInfo{Path: name, LastModified: uint64(info.ModTime().UnixNano()), Permissions: uint32(info.Mode().Perm()), Size: uint64(info.Size())}
}

// Get implements file.FileServer.
func (s *files) Get(req *file.GetRequest, stream grpc.ServerStreamingServer[file.GetResponse]) error {
	root, name, err := s.open(req.GetRemoteFile())
	if err != nil {
		return err
	}
	defer root.Close()
	info, err := root.Stat(name)
	if err != nil {
		return fileError(err)
	}
	if !info.Mode().IsRegular() {
		return status.Errorf(codes.InvalidArgument, "%s is no file", req.GetRemoteFile())
	}
	f, err := root.Open(name)
	if err != nil {
		return fileError(err)
	}
	defer f.Close()
	sum := sha256.New()
	buf := make([]byte, chunk)
	for {
		n, err := f.Read(buf)
		if n > 0 {
			sum.Write(buf[:n])
			if err := stream.Send(&file.GetResponse{Response: &file.GetResponse_Contents{Contents: bytes.Clone(buf[:n])}}); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fileError(err)
		}
	}
	return stream.Send(&file.GetResponse{Response: &file.GetResponse_Hash{Hash: &types.HashType{Method: types.HashType_SHA256, Hash: sum.Sum(nil)}}})
}

// Put implements file.FileServer. The file is there whole, with the right hash, or as it was.
func (s *files) Put(stream grpc.ClientStreamingServer[file.PutRequest, file.PutResponse]) error {
	req, err := stream.Recv()
	if err != nil {
		return err
	}
	details := req.GetOpen()
	if details == nil {
		return status.Error(codes.InvalidArgument, "the first message names the file")
	}
	root, name, err := s.open(details.GetRemoteFile())
	if err != nil {
		return err
	}
	defer root.Close()
	aside := name + ".gnoi-put"
	perm := fs.FileMode(details.GetPermissions()) & fs.ModePerm
	if perm == 0 {
		perm = 0o644
	}
	out, err := root.OpenFile(aside, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fileError(err)
	}
	err = receive(stream, out)
	err = errors.Join(err, out.Chmod(perm), out.Sync(), out.Close())
	if err == nil {
		err = root.Rename(aside, name)
	}
	if err != nil {
		_ = root.Remove(aside)
		return fileError(err)
	}
	return stream.SendAndClose(&file.PutResponse{})
}

// receive writes what comes until its hash, which has to be right.
func receive(stream grpc.ClientStreamingServer[file.PutRequest, file.PutResponse], out io.Writer) error {
	sums := map[types.HashType_HashMethod]hash.Hash{
		types.HashType_SHA256: sha256.New(), types.HashType_SHA512: sha512.New(), types.HashType_MD5: md5.New(), //nolint:gosec // as above
	}
	size := 0
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return status.Error(codes.InvalidArgument, "the file ended without its hash")
		}
		if err != nil {
			return err
		}
		if h := req.GetHash(); h != nil {
			sum, ok := sums[h.GetMethod()]
			if !ok {
				return status.Errorf(codes.InvalidArgument, "hash method %s is not known", h.GetMethod())
			}
			if !bytes.Equal(sum.Sum(nil), h.GetHash()) {
				return status.Errorf(codes.DataLoss, "the %s of what came is another", h.GetMethod())
			}
			return nil
		}
		part := req.GetContents()
		if size += len(part); size > maxFile {
			return status.Errorf(codes.ResourceExhausted, "a file of more than %d bytes", maxFile)
		}
		for _, sum := range sums {
			sum.Write(part)
		}
		if _, err := out.Write(part); err != nil {
			return err
		}
	}
}

// Remove implements file.FileServer: files only.
func (s *files) Remove(_ context.Context, req *file.RemoveRequest) (*file.RemoveResponse, error) {
	root, name, err := s.open(req.GetRemoteFile())
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Lstat(name)
	if err != nil {
		return nil, fileError(err)
	}
	if info.IsDir() {
		return nil, status.Errorf(codes.InvalidArgument, "%s is a directory", req.GetRemoteFile())
	}
	if err := root.Remove(name); err != nil {
		return nil, fileError(err)
	}
	return &file.RemoveResponse{}, nil
}
