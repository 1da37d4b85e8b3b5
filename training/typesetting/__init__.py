"""Setting Japanese text on paper: fonts, glyphs, line breaking and the sheet that every PDF is drawn on."""
