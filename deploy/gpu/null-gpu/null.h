/* What the parts of the null GPU have in common. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* Functions with this mark are written here; make generates the others, which do nothing and answer 0. */
#define API __attribute__((visibility("default")))
