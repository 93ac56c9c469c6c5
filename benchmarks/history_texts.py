"""What customers of an internet provider and those who answer them write. Common ones first."""

CUSTOMER = """
Bom dia, estou sem internet desde ontem
Boa tarde, a internet caiu de novo
Minha internet está muito lenta
Oi, preciso da segunda via do boleto
Já paguei o boleto e continua bloqueado
O roteador está com a luz vermelha piscando
Reiniciei o roteador e não voltou
Quero falar com um atendente, por favor
Qual o valor do plano de 500 mega?
Quando vem o técnico?
Ok, obrigado
Sim
Não
Pode ser amanhã de manhã
O wi-fi não pega no quarto dos fundos
Gostaria de mudar a data de vencimento
Vou mudar de endereço, vocês atendem o bairro {street}?
Segue o comprovante do pagamento {number}
A fibra rompeu aqui na rua {street}
Esqueci a senha do wi-fi
Quero cancelar meu contrato
Vocês vão dar desconto pelos dias sem conexão?
A televisão trava o tempo todo
O aplicativo não abre minha fatura
Meu CPF mudou de titular, como faço?
Estou aguardando há mais de uma hora
Fiz o teste de velocidade e deu 12 mega
Moro na {street}, número {small}
A LOS da ONU está vermelha
Perfeito, funcionou
Boa noite, tem alguma instabilidade na região?
Preciso da nota fiscal do mês passado
Meu nome é {name}
O protocolo anterior era {number}
Não consigo abrir o portal do assinante
O cabo foi cortado pela poda da árvore
Quero contratar o plano empresarial com IP fixo
O técnico não apareceu no horário combinado
A cobrança veio em duplicidade
Chegou mensagem de negativação, mas está tudo pago
""".strip().splitlines()

ANSWER = """
Olá! Sou o assistente virtual. Como posso ajudar?
Escolha uma opção: 1 Suporte, 2 Financeiro, 3 Falar com atendente
Bom dia, {name}! Em que posso ajudar?
Vou verificar a sua conexão, um momento por favor
Pode reiniciar o roteador, por gentileza?
Seu boleto vence no dia 10, segue o código de barras {number}
Identificamos uma falha na sua região, previsão de retorno em 2 horas
A visita técnica foi agendada para amanhã
Confirmamos o pagamento, a liberação ocorre em até 15 minutos
Posso ajudar em algo mais?
Obrigado pelo contato, tenha um ótimo dia!
Por favor, confirme o CPF do titular
O sinal da sua ONU está atenuado, vou abrir uma ordem de serviço {number}
Qual a cor das luzes do equipamento?
O plano de 600 mega custa R$ 99,90 por mês
A instalação é gratuita para contratos de 12 meses
Enviei a segunda via para o seu e-mail
A equipe já está a caminho da rua {street}
Sua velocidade foi reestabelecida, pode testar?
Entendi, vou transferir para o financeiro
Há uma manutenção programada para esta madrugada
O roteador novo será trocado sem custo
Registrei a sua reclamação com o número {number}
Infelizmente não temos cobertura no bairro {street}
O desconto proporcional será lançado na próxima fatura
""".strip().splitlines()

FIRST_NAMES = [
    "Maria",
    "José",
    "Ana",
    "João",
    "Antônio",
    "Francisco",
    "Carlos",
    "Paulo",
    "Pedro",
    "Lucas",
    "Luiz",
    "Marcos",
    "Luís",
    "Gabriel",
    "Rafael",
    "Daniel",
    "Marcelo",
    "Bruno",
    "Eduardo",
    "Felipe",
    "Juliana",
    "Márcia",
    "Adriana",
    "Fernanda",
    "Patrícia",
    "Aline",
    "Sandra",
    "Camila",
    "Amanda",
    "Bruna",
    "Jéssica",
    "Letícia",
    "Júlia",
    "Luciana",
    "Vanessa",
    "Mariana",
    "Gabriela",
    "Vera",
    "Vitória",
    "Larissa",
    "Cláudia",
    "Beatriz",
    "Rita",
    "Luana",
    "Sônia",
    "Renata",
    "Eliane",
    "Josefa",
    "Simone",
    "Natália",
    "Cristiane",
    "Zuleica",
]
LAST_NAMES = [
    "Silva",
    "Santos",
    "Oliveira",
    "Souza",
    "Rodrigues",
    "Ferreira",
    "Alves",
    "Pereira",
    "Lima",
    "Gomes",
    "Costa",
    "Ribeiro",
    "Martins",
    "Carvalho",
    "Almeida",
    "Lopes",
    "Soares",
    "Fernandes",
    "Vieira",
    "Barbosa",
    "Rocha",
    "Dias",
    "Nascimento",
    "Andrade",
    "Moreira",
    "Nunes",
    "Marques",
    "Machado",
    "Mendes",
    "Freitas",
    "Cardoso",
    "Ramos",
    "Gonçalves",
    "Santana",
    "Teixeira",
    "Araújo",
    "Conceição",
    "Brandão",
    "Guimarães",
    "Falcão",
    "Queiroz",
    "Figueiredo",
    "Bittencourt",
    "Quintanilha",
    "Wanderley",
    "Zanatta",
]
CITIES = [
    "Sorocaba",
    "Campinas",
    "Jundiaí",
    "Itu",
    "Salto",
    "Votorantim",
    "Piracicaba",
    "Limeira",
    "Americana",
    "Indaiatuba",
    "Botucatu",
    "Tatuí",
    "Itapetininga",
    "Avaré",
    "Bauru",
    "Marília",
    "Assis",
    "Ourinhos",
    "Jaú",
    "Lins",
]
STREETS = [
    "Acácias",
    "Aroeiras",
    "Bandeirantes",
    "Cambuí",
    "Cedros",
    "Cerejeiras",
    "Figueiras",
    "Flamboyant",
    "Girassóis",
    "Hortênsias",
    "Ipês",
    "Jabuticabeiras",
    "Jacarandás",
    "Jatobás",
    "Laranjeiras",
    "Mangueiras",
    "Oliveiras",
    "Orquídeas",
    "Palmeiras",
    "Paineiras",
    "Pinheiros",
    "Pitangueiras",
    "Quaresmeiras",
    "Sabiás",
    "Sapucaias",
    "Tamarindos",
    "Tulipas",
    "Violetas",
]
TAGS = (
    """
Sem conexão|Lentidão|Boleto|Segunda via|Cancelamento|Mudança de endereço|Visita técnica|Fibra
rompida|Negociação|Upgrade|Elogio|Reclamação|Anatel|Procon|VIP|Empresarial|Wi-Fi|Roteador|ONU
trocada|Instalação|Desconto|Nota fiscal|Titularidade|TV|Telefonia|Inadimplente|Reativação
|Condomínio|Área rural|Reincidente
""".replace("\n", " ")
    .strip()
    .split("|")
)
