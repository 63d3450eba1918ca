FROM python:3.11-slim

RUN useradd --create-home footnote && install -d -m 0700 -o footnote /home/footnote/data
WORKDIR /opt/footnote
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY ingest ingest
COPY retrieval retrieval
COPY serving serving
COPY templates templates
RUN pip install --no-cache-dir ".[postgres]"

USER footnote
EXPOSE 8000
CMD ["footnote", "--notes", "/notes", "serve", "--host", "0.0.0.0"]
