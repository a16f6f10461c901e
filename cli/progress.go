package cli

import "fmt"

// manyRows is from how many rows on work takes long enough for a person to wonder.
const manyRows = 1000

// step tells a person what is being done with a number of rows. A script, and whoever does little, hears nothing.
func (v *view) step(rows int, what string) {
	if v.Terminal && rows >= manyRows {
		fmt.Fprintf(v.err, "%s %d rows ...\n", what, rows)
	}
}
