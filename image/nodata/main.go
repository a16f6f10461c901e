// Command nodata writes ICU's data library without data: nodata MACHINE FILE, MACHINE being amd64 or arm64. Debian's lldpcli writes XML through
// libxml2, which is linked with ICU for character sets that nobody asks for here; the 31 MB of tables are the largest file of a switch. ICU looks for a
// package of named tables (format "ToCP") behind one symbol, finds none by any name, and answers that the resource is missing; UTF-8 needs none.
package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
)

// soname and symbol are those of ICU 72, Debian 12's.
const (
	soname = "libicudata.so.72"
	symbol = "icudt72_dat"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "nodata amd64|arm64 FILE")
		os.Exit(2)
	}
	machine, ok := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[os.Args[1]]
	if !ok {
		fmt.Fprintln(os.Stderr, "nodata: unknown machine", os.Args[1])
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[2], library(machine), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "nodata:", err)
		os.Exit(1)
	}
}

// pack is an empty package of ICU's: a header of 32 bytes with the format's name and version, and a count of tables.
func pack() []byte {
	b := make([]byte, 40)
	binary.LittleEndian.PutUint16(b[0:], 32) // the header's size
	b[2], b[3] = 0xda, 0x27                  // ICU's mark
	binary.LittleEndian.PutUint16(b[4:], 20) // the size of what follows up to the padding
	b[10] = 2                                // bytes of a UChar; little-endian and ASCII are zero
	copy(b[12:], "ToCP")
	b[16] = 1  // the format's version
	b[20] = 72 // the data's
	return b
}

// library is a shared object with one symbol, all that the dynamic linker asks for: one segment with the tables of PT_DYNAMIC, no sections.
func library(machine elf.Machine) []byte {
	const (
		headers = 64 + 3*56 // the ELF header and three program headers
		page    = 0x10000   // the largest of either machine
	)
	strings := "\x00" + soname + "\x00" + symbol + "\x00"
	at := func(n int) uint64 { return uint64(headers + n) }
	dynamic := 7 * 16
	symbols := dynamic + 48
	hash := symbols
	symtab := dynamic
	strtab := hash + 20
	data := (strtab + len(strings) + 15) &^ 15

	var b bytes.Buffer
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a Buffer takes everything
	content := pack()
	size := at(data + len(content))
	put(elf.Header64{
		Ident: [16]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_DYN), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT), Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 3, Shentsize: 64,
	})
	put(elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W), Filesz: size, Memsz: size, Align: page})
	put(elf.Prog64{
		Type: uint32(elf.PT_DYNAMIC), Flags: uint32(elf.PF_R | elf.PF_W), Off: at(0), Vaddr: at(0), Paddr: at(0),
		Filesz: uint64(dynamic), Memsz: uint64(dynamic), Align: 8,
	})
	put(elf.Prog64{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16})
	for _, d := range []elf.Dyn64{
		{Tag: int64(elf.DT_SONAME), Val: 1}, {Tag: int64(elf.DT_HASH), Val: at(hash)}, {Tag: int64(elf.DT_STRTAB), Val: at(strtab)},
		{Tag: int64(elf.DT_STRSZ), Val: uint64(len(strings))}, {Tag: int64(elf.DT_SYMTAB), Val: at(symtab)}, {Tag: int64(elf.DT_SYMENT), Val: 24}, {},
	} {
		put(d)
	}
	put(elf.Sym64{})
	put(elf.Sym64{
		Name: uint32(len(soname) + 2), Info: elf.ST_INFO(elf.STB_GLOBAL, elf.STT_OBJECT), Shndx: 1, Value: at(data), Size: uint64(len(content)),
	})
	put([]uint32{1, 2, 1, 0, 0}) // one bucket, two symbols: the bucket begins with symbol 1, which is the last of its chain
	b.WriteString(strings)
	b.Write(make([]byte, headers+data-b.Len()))
	b.Write(content)
	return b.Bytes()
}
