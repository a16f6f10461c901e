// Command gen writes the files of the labs that are regular (go generate ./tests/labs).
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/hypersonic-nos/hypersonic/tests/labs"
)

func main() {
	for path, text := range labs.Clos() {
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "gen:", err)
			os.Exit(1)
		}
	}
}
