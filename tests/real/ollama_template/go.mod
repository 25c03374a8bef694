module ollama_template

go 1.22
