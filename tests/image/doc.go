// Package image holds the tests of the container image: it is built by scripts/image and started as containerlab starts it, step by step (lab.md 1.1 and
// 1.2). They are skipped where there is no Docker engine.
package image
