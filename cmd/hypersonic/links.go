package main

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
)

// names are all the names by which the binary is another program, sorted.
func names() []string {
	all := slices.Collect(maps.Keys(programs))
	all = slices.AppendSeq(all, maps.Keys(commandLinePrograms()))
	slices.Sort(all)
	return all
}

// linksCommand is for those who build an image: it links the binary under all its names into the directory where it is, but for those that are there.
func linksCommand() *cobra.Command {
	return &cobra.Command{Use: "links <directory>", Short: "Link the binary under the names of the programs that it is", Hidden: true, Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error {
		for _, name := range names() {
			if err := os.Symlink("hypersonic", filepath.Join(args[0], name)); err != nil && !errors.Is(err, fs.ErrExist) {
				return err
			}
		}
		return nil
	}}
}
