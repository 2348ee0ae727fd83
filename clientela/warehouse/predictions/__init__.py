"""What SQL cannot do: models, their rivals, the report card, what is foretold; one method a file.

Its modules load numpy and scipy; import them inside a function.
"""

import os

# Our matrices are small: a second thread of the linear algebra brings nothing, and on a busy machine
# the two wait for each other. It is read when numpy loads, so it has to be said here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
