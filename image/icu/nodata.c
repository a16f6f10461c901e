/*
 * ICU's data library, without data. Debian's lldpcli writes XML through libxml2, which is linked with ICU for character sets that nobody asks for here;
 * the 31 MB of tables are the largest file of a switch. ICU looks for a package of named tables (format "ToCP") behind this symbol, finds none by
 * any name, and answers U_MISSING_RESOURCE; UTF-8 needs none.
 */
#include <stdint.h>

struct package {
	uint16_t header_size; /* up to entries */
	uint8_t magic1, magic2;
	uint16_t info_size;
	uint16_t reserved1;
	uint8_t big_endian, ascii, char_size, reserved2;
	uint8_t format[4], format_version[4], data_version[4];
	uint8_t padding[8];
	uint32_t entries, reserved3;
};

const struct package icudt72_dat = {
	32, 0xda, 0x27, 20, 0, 0, 0, 2, 0, {'T', 'o', 'C', 'P'}, {1, 0, 0, 0}, {72, 1, 0, 0}, {0}, 0, 0,
};
