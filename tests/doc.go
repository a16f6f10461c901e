// Package tests holds the tests of whole switches: scripts, convergence, crashes. What they run on is in switchtest.
package tests
