"""Coefficients of scikit-learn's LogisticRegression on the "synthetic" set of boosting.json.

Run once, after boosting-fixture.py: /usr/bin/python3 packages/models/scripts/logistic-fixture.py
"""
import json
import os

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

fixtures = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "fixtures")
with open(os.path.join(fixtures, "boosting.json")) as file:
    data = next(each for each in json.load(file)["sets"] if each["name"] == "synthetic")
X = np.array([[np.nan if v is None else v for v in column] for column in data["columns"]]).T
y = np.array(list(data["labels"]))
missing = np.isnan(X)
mean, scale = np.nanmean(X, axis=0), np.nanstd(X, axis=0)
design = np.hstack([np.where(missing, 0, (X - mean) / scale), missing[:, missing.any(axis=0)]])
models = []
for l2 in [0.1, 1, 100]:
    for class_weight in [None, "balanced"]:
        model = LogisticRegression(C=1 / l2, class_weight=class_weight, tol=1e-10, max_iter=10000, multi_class="multinomial", solver="newton-cg")
        model.fit(design, y)
        models.append({"l2": l2, "class_weight": class_weight, "coefficients": model.coef_.tolist(), "intercepts": model.intercept_.tolist()})
with open(os.path.join(fixtures, "logistic.json"), "w") as file:
    json.dump({"sklearn": sklearn.__version__, "models": models}, file, separators=(",", ":"))
    file.write("\n")
