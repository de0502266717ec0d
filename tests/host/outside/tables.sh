# SPDX-License-Identifier: GPL-2.0-or-later
# Tables that only a long run renews must have a row for everything that it runs.

mutants_missing()
{
	"$top/tests/mutants/table" --list >list
	"$top/tests/mutants/table" --rows "$top/docs/mutants.md" | diff list - &&
		echo "$(wc -l <list) rows"
}

check "docs/mutants.md has every mutant of tests/mutants" mutants_missing 0 '^[0-9]+ rows'
