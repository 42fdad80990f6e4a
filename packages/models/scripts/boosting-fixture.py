"""Numbers of scikit-learn's HistGradientBoostingClassifier with the data they were computed on.

Run once: /usr/bin/python3 packages/models/scripts/boosting-fixture.py packages/providers/ebi/test/fixtures/location-labels.csv
"""
import csv
import json
import os
import sys

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss

MEASURES = [
    "unique_users", "downloads_per_user", "total_downloads", "working_hours_ratio", "night_activity_ratio",
    "hourly_entropy", "years_span", "fraction_latest_year", "spike_ratio", "aspera_ratio", "globus_ratio",
    "unique_projects", "user_entropy", "user_gini_coefficient",
]
ORDERS = 8
SETTINGS = {
    "default": dict(max_iter=100, learning_rate=0.1, max_leaf_nodes=31, max_depth=None, min_samples_leaf=20, l2_regularization=0.0),
    "small trees": dict(max_iter=60, learning_rate=0.05, max_leaf_nodes=8, max_depth=4, min_samples_leaf=10, l2_regularization=1.0),
    "balanced": dict(max_iter=60, learning_rate=0.1, max_leaf_nodes=15, max_depth=5, min_samples_leaf=10, l2_regularization=1.0, class_weight="balanced"),
}


def public_labels(path):
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    X = np.array([[float(row[m]) if row[m] else np.nan for m in MEASURES] for row in rows])
    return X, np.array([row["label"] for row in rows])


def synthetic():
    """1200 rows with ties, missing values that carry information, interactions and noise in the labels."""
    rng = np.random.default_rng(11)
    X = np.round(rng.normal(size=(1200, 8)), 2)
    X[:, 3] = rng.integers(0, 4, size=1200)
    score = np.stack([X[:, 0] * X[:, 1], X[:, 2] - X[:, 3], np.sin(2 * X[:, 4]) + 0.5 * X[:, 5]], axis=1)
    y = np.argmax(score + rng.gumbel(scale=0.7, size=score.shape), axis=1)
    X[(rng.random(1200) < 0.15) | ((y == 1) & (rng.random(1200) < 0.3)), 0] = np.nan
    X[rng.random(1200) < 0.1, 4] = np.nan
    return X, np.array(["abc"[k] for k in y])


def mean_loss(X, y, fold, classes, options):
    """Held-out log-loss, averaged over three folds."""
    losses = []
    for held in range(3):
        model = HistGradientBoostingClassifier(early_stopping=False, random_state=0, **options)
        model.fit(X[fold != held], y[fold != held])
        losses.append(log_loss(y[fold == held], model.predict_proba(X[fold == held]), labels=classes))
    return np.mean(losses)


def fixture(name, X, y):
    fold = np.random.default_rng(3).permutation(len(y)) % 3
    classes = sorted(set(y))
    results = []
    for setting, options in SETTINGS.items():
        # equal gains go to the first column, so each order of the columns is one fit among equals
        orders = [np.random.default_rng(i).permutation(X.shape[1]) for i in range(ORDERS)]
        losses = [mean_loss(X[:, order], y, fold, classes, options) for order in orders]
        results.append({"setting": setting, "log_loss": float(np.mean(losses)), "sd": float(np.std(losses, ddof=1))})
    return {
        "name": name,
        "columns": [[None if np.isnan(v) else float(v) for v in column] for column in X.T],
        "labels": "".join(label[0] for label in y),
        "classes": classes,
        "fold": "".join(map(str, fold)),
        "results": results,
    }


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    out = {
        "sklearn": sklearn.__version__,
        "settings": SETTINGS,
        "sets": [fixture("public labels", *public_labels(sys.argv[1])), fixture("synthetic", *synthetic())],
    }
    with open(os.path.join(here, "..", "test", "fixtures", "boosting.json"), "w") as file:
        json.dump(out, file, separators=(",", ":"))
        file.write("\n")
